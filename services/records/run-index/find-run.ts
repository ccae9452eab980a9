import type { DuckDBConnection } from '@duckdb/node-api';
import { type Run, run } from '../../../contracts/index.ts';
import type { ObjectStore } from '../../objects/index.ts';
import { listSegments } from '../listing.ts';
import { decodeSegment, parseLines, segmentLimits } from '../segment.ts';
import { hourOf, keyAt } from '../segment-key.ts';
import { summaryColumns, toSummary } from './rows.ts';
import { hashOf } from './schema.ts';

/** What the index knows of a run, and when the group that holds its record was written, epoch ms. */
export interface IndexedRun {
  summary: Omit<Run, 'nodes'>;
  writtenAt: number;
}

export async function findIndexedRun(
  connection: DuckDBConnection,
  runId: string,
): Promise<IndexedRun | null> {
  const result = await connection.runAndReadAll(
    `SELECT ${summaryColumns}, written_at::DOUBLE AS written_at FROM runs WHERE h = ${hashOf('$1')} AND id = $1 LIMIT 1`,
    [runId],
  );
  const [row] = result.getRowObjects();
  return row ? { summary: toSummary(row), writtenAt: Number(row.written_at) } : null;
}

/**
 * The whole record, nodes included, from its segment: the index keeps only what is filtered and listed. The group may have
 * been merged since, into a segment that spans its time. Null when it was dropped or is damaged.
 */
export async function readRecord(
  objects: ObjectStore,
  { summary, writtenAt }: IndexedRun,
): Promise<Run | null> {
  for await (const segment of listSegments(objects, 'ended', keyAt('ended', writtenAt))) {
    if (segment.hour !== hourOf(writtenAt)) return null;
    if (segment.first > writtenAt) continue;
    const stored = await objects.get(segment.key, { maxBytes: segmentLimits.stored });
    const found = stored && findLine(await decodeSegment(stored.body), 'id', summary.id);
    if (found) return run.parse(found);
  }
  return null;
}

/** The line that names a run in this field. */
export function findLine(lines: Buffer, field: 'id' | 'runId', runId: string): unknown {
  for (let at = lines.indexOf(runId); at >= 0; at = lines.indexOf(runId, at + 1)) {
    const start = lines.lastIndexOf(10, at) + 1;
    const newline = lines.indexOf(10, at);
    const end = newline < 0 ? lines.length : newline;
    for (const value of parseLines(lines.subarray(start, end))) {
      if (isObject(value) && value[field] === runId) return value;
    }
    at = end;
  }
  return undefined;
}

function isObject(value: unknown): value is { id?: unknown; runId?: unknown } {
  return typeof value === 'object' && value !== null;
}
