import type { DuckDBConnection } from '@duckdb/node-api';
import { z } from 'zod';
import { type AcceptedEntry, acceptedEntry } from '../../../contracts/index.ts';
import { type LedgerCounts, type MessageOutcome, messageOutcome } from '../books.ts';

/** Most that a list answers with, unless told otherwise. */
export const listLimit = 10_000;

const countRow = z.object({ name: z.string(), count: z.number() });

/** Of messages only: what was dropped, what is kept, and what the books carry of the border between. */
export async function countLedger(connection: DuckDBConnection): Promise<LedgerCounts> {
  const result = await connection.runAndReadAll(`
    SELECT name, sum(count)::DOUBLE AS count FROM (
      SELECT 'accepted' AS name, count(*) AS count FROM accepted
      UNION ALL SELECT status, count(*) FROM runs WHERE message_id IS NOT NULL GROUP BY status
      UNION ALL SELECT status, count(*) FROM carried_ended GROUP BY status
      UNION ALL (UNPIVOT (SELECT accepted, answered, failed, cancelled FROM books)
        ON accepted, answered, failed, cancelled INTO NAME name VALUE count)
    ) GROUP BY name`);
  const counts: LedgerCounts = { accepted: 0, answered: 0, failed: 0, cancelled: 0 };
  const rows = z.array(countRow).parse(result.getRowObjects());
  return Object.assign(counts, Object.fromEntries(rows.map(({ name, count }) => [name, count])));
}

/** Accepted before `before` (epoch ms) and without an outcome, oldest first. */
export async function listOpen(
  connection: DuckDBConnection,
  before: number,
  limit: number,
): Promise<AcceptedEntry[]> {
  const result = await connection.runAndReadAll(
    `SELECT entry FROM open_entries WHERE accepted_at <= $1 ORDER BY accepted_at, id LIMIT ${Math.trunc(limit)}`,
    [BigInt(Math.trunc(before))],
  );
  return result.getRows().map(toEntry);
}

export async function findOpen(connection: DuckDBConnection, runId: string): Promise<AcceptedEntry | null> {
  const result = await connection.runAndReadAll('SELECT entry FROM open_entries WHERE id = $1 LIMIT 1', [
    runId,
  ]);
  const [row] = result.getRows();
  return row ? toEntry(row) : null;
}

/** Ended before `before` (epoch ms), but never counted as accepted. */
export async function listUnaccepted(
  connection: DuckDBConnection,
  before: number,
): Promise<MessageOutcome[]> {
  const result = await connection.runAndReadAll(
    `SELECT id AS "runId", account, message_id AS "messageId", status AS outcome FROM unaccepted
      WHERE coalesce(finished_at, 0) <= $1 ORDER BY finished_at, id LIMIT ${listLimit}`,
    [BigInt(Math.trunc(before))],
  );
  return z.array(messageOutcome).parse(result.getRowObjects());
}

function toEntry([entry]: readonly unknown[]): AcceptedEntry {
  return acceptedEntry.parse(JSON.parse(String(entry)));
}
