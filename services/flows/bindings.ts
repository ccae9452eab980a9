import type { z } from 'zod';
import { type BoundIntent, type FlowBinding, flowBindings } from '../../contracts/index.ts';
import { type ObjectStore, PreconditionFailed } from '../objects/index.ts';
import { canonicalHash } from './canonical.ts';
import { BindingsConflict, BindingsInvalid } from './errors.ts';

const key = 'settings/flow-bindings.json';
const maxBytes = 1_000_000;
/** How long a change that another process made may not be known yet. */
const knownForMs = 2_000;
/** Etag of the bindings that nobody has written. */
const unwrittenEtag = 'unwritten';

/** Intents by which people of an account reach flows of their own. `fingerprint`: the same as long as they are. */
export interface BoundIntents {
  fingerprint: string;
  intents: (BoundIntent & { flow: string })[];
}

/** Which flow answers where, in one document. All throw `ObjectStoreUnavailable`, and `BindingsInvalid` when it is damaged. */
export interface Bindings {
  read(): Promise<{ bindings: FlowBinding[]; etag: string }>;
  /** Replaces them all. Throws `BindingsConflict` when `ifMatch` is stale, `BindingsInvalid`. */
  write(bindings: unknown, condition?: { ifMatch?: string }): Promise<{ etag: string }>;
  /** The flow bound to a conversation, else to its account, else to all; at most two seconds old. */
  flowOf(account: string, conversation: string): Promise<string | undefined>;
  /** Undefined when none are bound in this account; at most two seconds old. */
  intentsOf(account: string): Promise<BoundIntents | undefined>;
}

export function createBindings(objects: ObjectStore, now: () => number = Date.now): Bindings {
  return new StoredBindings(objects, now);
}

class StoredBindings implements Bindings {
  readonly #objects: ObjectStore;
  readonly #now: () => number;
  #known: { bindings: Promise<FlowBinding[]>; askedAt: number } | undefined;

  constructor(objects: ObjectStore, now: () => number) {
    this.#objects = objects;
    this.#now = now;
  }

  async read(): Promise<{ bindings: FlowBinding[]; etag: string }> {
    const found = await this.#objects.get(key, { maxBytes });
    return found ? { bindings: parse(found.body), etag: found.etag } : { bindings: [], etag: unwrittenEtag };
  }

  async write(value: unknown, { ifMatch }: { ifMatch?: string } = {}): Promise<{ etag: string }> {
    const body = Buffer.from(JSON.stringify(checked(value)), 'utf8');
    if (body.byteLength > maxBytes) throw new BindingsInvalid([tooBig]);
    const condition =
      ifMatch === undefined ? {} : ifMatch === unwrittenEtag ? { ifNoneMatch: '*' as const } : { ifMatch };
    try {
      return await this.#objects.put(key, body, condition);
    } catch (error) {
      throw error instanceof PreconditionFailed ? new BindingsConflict() : error;
    } finally {
      this.#known = undefined;
    }
  }

  async flowOf(account: string, conversation: string): Promise<string | undefined> {
    const places = (await this.#current()).filter(({ intent }) => !intent);
    const here = places.find((one) => one.account === account && one.conversation === conversation);
    const inAccount = places.find((one) => one.account === account && one.conversation === undefined);
    const everywhere = places.find((one) => one.account === undefined);
    return (here ?? inAccount ?? everywhere)?.flow;
  }

  async intentsOf(account: string): Promise<BoundIntents | undefined> {
    const bound = new Map<string, BoundIntent & { flow: string }>();
    const bindings = await this.#current();
    for (const own of [false, true]) {
      for (const { account: where, intent, flow } of bindings) {
        if (intent && where === (own ? account : undefined)) bound.set(intent.name, { ...intent, flow });
      }
    }
    if (bound.size === 0) return undefined;
    const intents = [...bound.values()];
    return { fingerprint: canonicalHash(intents.map(withoutGaps)).slice(0, 16), intents };
  }

  #current(): Promise<FlowBinding[]> {
    if (this.#known && this.#now() - this.#known.askedAt < knownForMs) return this.#known.bindings;
    const known = { bindings: this.read().then(({ bindings }) => bindings), askedAt: this.#now() };
    this.#known = known;
    known.bindings.catch(() => {
      if (this.#known === known) this.#known = undefined;
    });
    return known.bindings;
  }
}

const tooBig = { code: 'too_big', message: `the bindings have more than ${maxBytes} bytes` };

function parse(body: Uint8Array): FlowBinding[] {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(body).toString('utf8'));
  } catch {
    throw new BindingsInvalid([{ code: 'damaged', message: 'what is stored is not JSON' }]);
  }
  return checked(value);
}

function checked(value: unknown): FlowBinding[] {
  const result = flowBindings.safeParse(value);
  if (result.success) return result.data;
  throw new BindingsInvalid(result.error.issues.slice(0, 100).map(problemOf));
}

function problemOf({ path, code, message }: z.core.$ZodIssue) {
  const field = path.map(String).join('.');
  return { field, code: code ?? 'invalid', message: `${field || 'the bindings'}: ${message}` };
}

function withoutGaps({ examples = [], ...intent }: BoundIntent & { flow: string }) {
  return { ...intent, examples };
}
