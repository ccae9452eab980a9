import { type DeadLetter, deadLetter, deadLetterId } from '../../contracts/index.ts';
import type { ObjectStore } from '../objects/index.ts';

/** Objects `dead-letters/<id>.json`. They leave by age. */
const prefix = 'dead-letters/';
const maxBytes = 4_000_000;

/** All throw `ObjectStoreUnavailable`. */
export interface DeadLetterStore {
  /** The same delivery is kept once, as it failed last. */
  keep(letter: DeadLetter): Promise<void>;
  /** Null when there is none, or what is there cannot be read. */
  find(id: string): Promise<DeadLetter | null>;
  /** At most `limit`, in no order that means anything; `more`: that there are others. */
  list(limit: number): Promise<{ letters: DeadLetter[]; more: boolean }>;
  drop(id: string): Promise<void>;
}

export function createDeadLetterStore(objects: ObjectStore): DeadLetterStore {
  async function read(key: string): Promise<DeadLetter | null> {
    const stored = await objects.get(key, { maxBytes });
    if (!stored) return null;
    try {
      return deadLetter.safeParse(JSON.parse(Buffer.from(stored.body).toString('utf8'))).data ?? null;
    } catch {
      return null;
    }
  }

  return {
    async keep(letter) {
      await objects.put(keyOf(letter.id), Buffer.from(JSON.stringify(letter), 'utf8'));
    },
    async find(id) {
      return deadLetterId.safeParse(id).success ? read(keyOf(id)) : null;
    },
    async list(limit) {
      const letters: DeadLetter[] = [];
      for await (const { key } of objects.list(prefix)) {
        if (letters.length === limit) return { letters, more: true };
        const letter = await read(key);
        if (letter) letters.push(letter);
      }
      return { letters, more: false };
    },
    async drop(id) {
      await objects.delete(keyOf(id));
    },
  };
}

function keyOf(id: string): string {
  return `${prefix}${id}.json`;
}
