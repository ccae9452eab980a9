import type { DuckDBConnection, DuckDBValue } from '@duckdb/node-api';
import type { RunPage, RunQuery } from '../../../contracts/index.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';
import { summaryColumns, toSummary } from './rows.ts';

/** Filters that are equal to a column. */
const columns = {
  status: 'status',
  channel: 'channel',
  account: 'account',
  conversation: 'conversation',
  user: '"user"',
  flow: 'flow',
  intent: 'intent',
  messageId: 'message_id',
  resumedFrom: 'resumed_from',
  parent: 'parent',
  errorType: 'error_type',
  node: 'error_node',
} as const;
const equalities = Object.entries(columns).map(([filter, column]) => ({ filter, column }));

/** A page of ended runs, newest first. `from` and `to` bound `startedAt`, both inclusive. Throws `InvalidCursor`. */
export async function queryRuns(connection: DuckDBConnection, query: RunQuery): Promise<RunPage> {
  const { where, values } = conditions(query);
  // By the stored columns, not by those selected: only then are older row groups passed over once the page is full.
  // One more than asked for tells whether there is a next page.
  const result = await connection.runAndReadAll(
    `SELECT ${summaryColumns} FROM runs ${where} ORDER BY runs.started_at DESC, runs.id DESC LIMIT ${query.limit + 1}`,
    values,
  );
  const runs = result.getRowObjects().map(toSummary);
  const page = runs.slice(0, query.limit);
  const last = page.at(-1);
  const more = runs.length > page.length && last;
  const next = more ? encodeCursor({ startedAt: Date.parse(last.startedAt), id: last.id }) : null;
  return { runs: page, next };
}

function conditions(query: RunQuery): { where: string; values: DuckDBValue[] } {
  const terms: string[] = [];
  const values: DuckDBValue[] = [];
  const bind = (value: DuckDBValue) => `$${values.push(value)}`;
  const filters = new Map(Object.entries(query));
  for (const { filter, column } of equalities) {
    const value = filters.get(filter);
    if (value !== undefined) terms.push(`${column} = ${bind(String(value))}`);
  }
  if (query.from) terms.push(`started_at >= ${bind(BigInt(Date.parse(query.from)))}`);
  if (query.to) terms.push(`started_at <= ${bind(BigInt(Date.parse(query.to)))}`);
  if (query.text) terms.push(anywhere(query.text, bind(query.text)));
  if (query.cursor) {
    const { startedAt, id } = decodeCursor(query.cursor);
    const at = bind(BigInt(startedAt));
    // The first term alone lets whole row groups be passed over.
    terms.push(`started_at <= ${at} AND (started_at < ${at} OR id < ${bind(id)})`);
  }
  return { where: terms.length > 0 ? `WHERE ${terms.join(' AND ')}` : '', values };
}

/** Found as it is written, in any case; no character is special. */
function anywhere(text: string, parameter: string): string {
  const caseless = text.toLowerCase() === text.toUpperCase();
  const contains = (column: string) =>
    // Most of the time of a search goes into lower-casing; Chinese and digits need none.
    caseless ? `contains(${column}, ${parameter})` : `contains(lower(${column}), lower(${parameter}))`;
  return `(${contains('text')} OR ${contains('answer')})`;
}
