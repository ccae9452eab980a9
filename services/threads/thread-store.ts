import { EventEmitter, on } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { type Thread, type ThreadEntry, thread } from '../../contracts/index.ts';
import { encodeKeySegment, type ObjectStore, PreconditionFailed } from '../objects/index.ts';

/** What is kept of a thread; older things are in the records of its runs. */
const keptEntries = 200;
const keptCharacters = 1_000_000;
const entryCharacters = 200_000;
const maxBytes = 8_000_000;
/** Rivals are few: a person and the answers to what they said. */
const attempts = 20;
/** How often what another process said is looked for: while people talk, and later. */
const polling = { busyMs: 1_000, quietMs: 5_000, quietAfterMs: 120_000 };

/** All throw `ObjectStoreUnavailable`. */
export interface ThreadStore {
  /** Adds an entry, or changes the one of its id. Resolves with its number. */
  say(account: string, conversation: string, entry: Omit<ThreadEntry, 'seq'>): Promise<number>;
  /** Takes an entry back. */
  unsay(account: string, conversation: string, id: string): Promise<void>;
  /** Empty when nothing was said, or what is there cannot be read. */
  read(account: string, conversation: string): Promise<Thread>;
  /** Everything said or changed after a number, as it comes; ends with the signal. */
  follow(
    account: string,
    conversation: string,
    after: number,
    signal: AbortSignal,
  ): AsyncGenerator<ThreadEntry[], void>;
}

export function createThreadStore(objects: ObjectStore): ThreadStore {
  const said = new EventEmitter().setMaxListeners(0);

  async function load(key: string): Promise<{ thread: Thread; etag: string | undefined }> {
    const stored = await objects.get(key, { maxBytes });
    return { thread: stored ? parsed(stored.body) : { seq: 0, entries: [] }, etag: stored?.etag };
  }

  async function change(key: string, edit: (before: Thread) => Thread): Promise<Thread> {
    for (let attempt = 1; ; attempt += 1) {
      const { thread: before, etag } = await load(key);
      const after = edit(before);
      const body = Buffer.from(JSON.stringify(after), 'utf8');
      try {
        await objects.put(key, body, etag === undefined ? { ifNoneMatch: '*' } : { ifMatch: etag });
        said.emit(key);
        return after;
      } catch (error) {
        if (!(error instanceof PreconditionFailed) || attempt === attempts) throw error;
        await pause(Math.random() * 20 * attempt);
      }
    }
  }

  return {
    async say(account, conversation, entry) {
      const text = entry.text.slice(0, entryCharacters);
      const { seq } = await change(keyOf(account, conversation), (before) => {
        const seq = before.seq + 1;
        const others = before.entries.filter(({ id }) => id !== entry.id);
        const index = before.entries.findIndex(({ id }) => id === entry.id);
        const place = index < 0 ? others.length : index;
        return { seq, entries: newest(others.toSpliced(place, 0, { ...entry, text, seq })) };
      });
      return seq;
    },

    async unsay(account, conversation, id) {
      await change(keyOf(account, conversation), ({ seq, entries }) => ({
        seq,
        entries: entries.filter((entry) => entry.id !== id),
      }));
    },

    async read(account, conversation) {
      return (await load(keyOf(account, conversation))).thread;
    },

    async *follow(account, conversation, after, signal) {
      const key = keyOf(account, conversation);
      let seen = after;
      let changedAt = Date.now();
      while (!signal.aborted) {
        const ready = nextSaying(said, key, signal);
        const { seq, entries } = (await load(key)).thread;
        const fresh = entries.filter((entry) => entry.seq > seen).sort((one, other) => one.seq - other.seq);
        seen = Math.max(seen, seq);
        if (fresh.length > 0) {
          changedAt = Date.now();
          yield fresh;
        }
        const isQuiet = Date.now() - changedAt > polling.quietAfterMs;
        await ready(isQuiet ? polling.quietMs : polling.busyMs);
      }
    },
  };
}

/** Listens from now on; the call it returns waits until something is said here, the time is up or the signal fires. */
function nextSaying(said: EventEmitter, key: string, signal: AbortSignal): (ms: number) => Promise<void> {
  const end = new AbortController();
  const either = AbortSignal.any([signal, end.signal]);
  const sayings = on(said, key, { signal: either });
  return async (ms) => {
    const quiet = () => undefined;
    await Promise.race([sayings.next(), pause(ms, undefined, { signal: either })]).catch(quiet);
    end.abort();
    await sayings.return?.().catch(quiet);
  };
}

function newest(entries: ThreadEntry[]): ThreadEntry[] {
  const kept: ThreadEntry[] = [];
  let characters = 0;
  for (const entry of entries.slice(-keptEntries).reverse()) {
    characters += entry.text.length;
    if (kept.length > 0 && characters > keptCharacters) break;
    kept.unshift(entry);
  }
  return kept;
}

function parsed(body: Uint8Array): Thread {
  try {
    return thread.parse(JSON.parse(Buffer.from(body).toString('utf8')));
  } catch {
    return { seq: 0, entries: [] };
  }
}

function keyOf(account: string, conversation: string): string {
  return `threads/${account}/${encodeKeySegment(conversation)}.json`;
}
