import { type AcceptedEntry, acceptedEntry } from '../../contracts/index.ts';
import type { ObjectStore } from '../objects/index.ts';
import { EntryTooLarge } from './errors.ts';
import { GroupWriter, type GroupWriterOptions } from './group-writer.ts';

/** Most bytes of one entry; its parts are bounded already, but for the channel's reply address and the escapes of JSON. */
const entryLimitBytes = 32_768;

export interface AcceptedLog {
  /** Resolves when the entry is durable; nothing may be told accepted before. Throws `RecordsUnavailable`, `EntryTooLarge`. */
  append(entry: AcceptedEntry): Promise<void>;
  /** Flushes. */
  close(): Promise<void>;
}

/** The ledger's first side: what was taken. The same entry twice counts once. */
export function createAcceptedLog(
  objects: ObjectStore,
  options: Partial<GroupWriterOptions> = {},
): AcceptedLog {
  const writer = new GroupWriter(objects, 'accepted', { minimumIntervalMs: 50, ...options });
  return {
    append: async (entry) => {
      // Callers hold the whole message: its text has no place here.
      const line = JSON.stringify(acceptedEntry.parse(entry));
      const bytes = Buffer.byteLength(line);
      if (bytes > entryLimitBytes) throw new EntryTooLarge(`the entry of ${entry.runId} has ${bytes} bytes`);
      await writer.append(line);
    },
    close: () => writer.close(),
  };
}
