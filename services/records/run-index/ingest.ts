import { mkdir, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import type { ObjectStore } from '../../objects/index.ts';
import { ObjectTooLarge } from '../../objects/index.ts';
import { type OnDamage, SegmentDamaged } from '../errors.ts';
import type { ListedSegment } from '../listing.ts';
import { decodeSegment, segmentLimits } from '../segment.ts';
import type { LogName } from '../segment-key.ts';
import { isOutOfMemory, quoted } from './database.ts';
import { ingestAccepted, ingestEnded, unreadableLines } from './schema.ts';

/** Most that one transaction takes in: lines in bytes, and segments. */
const batchLimits = { bytes: 4_000_000, files: 400 } as const;
/** Read side by side: many small ones, or a few large ones. */
const readLimits = { bytes: 2_000_000, segments: 16 } as const;

export interface IngestContext {
  objects: ObjectStore;
  /** Of the index file; what is taken in passes through files beside it, never through this thread. */
  path: string;
  /** Runs a transaction. */
  write(work: (connection: DuckDBConnection) => Promise<void>): Promise<void>;
  onDamage: OnDamage;
}

interface Batch {
  files: IngestFile[];
  /** All keys taken care of, the damaged ones too. */
  keys: string[];
  bytes: number;
}
interface IngestFile {
  log: LogName;
  key: string;
  file: string;
}

/** Takes segments in, in the order given, but for those that are gone by now. Calls `onIngested` per transaction. */
export async function ingestSegments(
  context: IngestContext,
  segments: readonly ListedSegment[],
  onIngested: (keys: string[]) => void,
): Promise<void> {
  let batch = emptyBatch();
  const flush = async () => {
    await writeBatch(context, batch);
    onIngested(batch.keys);
    batch = emptyBatch();
  };
  const folder = await makeFolder(context.path);
  try {
    let order = 0;
    for (const group of readGroups(segments)) {
      const found = await Promise.all(group.map((segment) => readLines(context, segment)));
      for (const [index, segment] of group.entries()) {
        const lines = found[index];
        if (lines !== null) batch.keys.push(segment.key);
        if (!lines) continue;
        const file = join(folder, fileName(order++, segment.last, segment.hour));
        await writeFile(file, lines);
        batch.files.push({ log: segment.log, key: segment.key, file });
        batch.bytes += lines.length;
        if (batch.bytes >= batchLimits.bytes || batch.files.length >= batchLimits.files) await flush();
      }
    }
    if (batch.keys.length > 0) await flush();
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function* readGroups(segments: readonly ListedSegment[]): Generator<ListedSegment[]> {
  let group: ListedSegment[] = [];
  let bytes = 0;
  for (const segment of segments) {
    if (
      group.length === readLimits.segments ||
      (group.length > 0 && bytes + segment.size > readLimits.bytes)
    ) {
      yield group;
      group = [];
      bytes = 0;
    }
    group.push(segment);
    bytes += segment.size;
  }
  if (group.length > 0) yield group;
}

/** A folder for files on their way into the index at `path`. */
export async function makeFolder(path: string): Promise<string> {
  const folder = join(dirname(path), `${basename(path)}.incoming`);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  return folder;
}

/** As `schema.ts` reads it: order, epoch ms, hour. */
export function fileName(order: number, writtenAt: number, hour: number): string {
  return `${String(order).padStart(8, '0')}-${writtenAt}-${hour}.ndjson`;
}

/** Null: gone, merged or dropped. Undefined: damaged. */
async function readLines(
  { objects, onDamage }: IngestContext,
  { key }: ListedSegment,
): Promise<Buffer | null | undefined> {
  try {
    const stored = await objects.get(key, { maxBytes: segmentLimits.stored });
    return stored && (await decodeSegment(stored.body));
  } catch (error) {
    if (!(error instanceof SegmentDamaged) && !(error instanceof ObjectTooLarge)) throw error;
    onDamage(key, error.message);
    return undefined;
  }
}

async function writeBatch(context: IngestContext, batch: Batch): Promise<void> {
  try {
    await context.write((connection) => ingestFiles(connection, batch.files, context.onDamage));
  } catch (error) {
    if (!isOfTheData(error) && !isOutOfMemory(error)) throw error;
    // One by one: to find which, and because less fits where more does not.
    for (const file of batch.files) {
      try {
        await context.write((connection) => ingestFiles(connection, [file], context.onDamage));
      } catch (cause) {
        if (!isOfTheData(cause)) throw cause;
        context.onDamage(file.key, 'its lines are not records');
      }
    }
  }
  await context.write((connection) => rememberKeys(connection, batch.keys));
  for (const { file } of batch.files) await rm(file);
}

async function ingestFiles(
  connection: DuckDBConnection,
  files: readonly IngestFile[],
  onDamage: OnDamage,
): Promise<void> {
  for (const log of ['accepted', 'ended'] as const) {
    const those = files.filter((file) => file.log === log);
    if (those.length === 0) continue;
    const list = `[${those.map(({ file }) => quoted(file)).join(', ')}]`;
    await connection.run(log === 'accepted' ? ingestAccepted(list) : ingestEnded(list));
    const unreadable = await connection.runAndReadAll(unreadableLines[log]);
    for (const [file, lines] of unreadable.getRows()) {
      const key = those.find((one) => one.file === file)?.key;
      if (key) onDamage(key, `${lines} lines are not records`);
    }
  }
}

async function rememberKeys(connection: DuckDBConnection, keys: readonly string[]): Promise<void> {
  const appender = await connection.createAppender('segments');
  for (const key of keys) {
    appender.appendVarchar(key);
    appender.endRow();
  }
  appender.closeSync();
}

function isOfTheData(error: unknown): boolean {
  return error instanceof Error && /^(Invalid Input|Conversion) Error/.test(error.message);
}

function emptyBatch(): Batch {
  return { files: [], keys: [], bytes: 0 };
}
