import type { RunRecord } from '../../contracts/index.ts';
import type { ObjectStore } from '../objects/index.ts';
import { GroupWriter, type GroupWriterOptions } from './group-writer.ts';
import { recordLine } from './record-line.ts';

export interface RunLog {
  /** Resolves when the record is durable. The same run twice counts once. Throws `RecordsUnavailable`. */
  append(record: RunRecord): Promise<void>;
  /** Flushes. */
  close(): Promise<void>;
}

/** The ledger's second side: how runs ended. Records are capped, see `recordLimits`. */
export function createRunLog(objects: ObjectStore, options: Partial<GroupWriterOptions> = {}): RunLog {
  const writer = new GroupWriter(objects, 'ended', {
    minimumIntervalMs: 150,
    intervalPerLineMs: 40,
    ...options,
  });
  return {
    append: async (record) => writer.append(recordLine(record)),
    close: () => writer.close(),
  };
}
