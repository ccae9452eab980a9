import type { FlowDocument, FlowRef, FlowVersion } from '../../contracts/index.ts';
import { ImmutableCache, type ObjectStore, PreconditionFailed } from '../objects/index.ts';
import { assistant } from './assistant.ts';
import { canonicalHash } from './canonical.ts';
import { FlowNotFound } from './errors.ts';
import { isFlowId, newestVersion, type PublishedFlow, readPublished, versionKey } from './flow-files.ts';

/** How long `current` may not yet know of a version that another process published. */
const currentForMs = 2_000;
const cachedVersions = 200;
const maxRaces = 10;

/** Flows that are there without having been written, as version 0 of themselves. */
export const builtInFlows: ReadonlyMap<string, PublishedFlow> = new Map(
  [assistant].map((document) => [
    document.id,
    {
      version: 0,
      hash: canonicalHash(document),
      note: 'built in',
      publishedAt: '1970-01-01T00:00:00.000Z',
      document,
    },
  ]),
);

/** The published versions: only ever added to, so that what was read once need not be read again. */
export class PublishedFlows {
  readonly #objects: ObjectStore;
  readonly #now: () => number;
  readonly #versions = new ImmutableCache<PublishedFlow>(cachedVersions);
  readonly #current = new Map<string, { version: Promise<number | null>; askedAt: number }>();
  /** Highest version seen of each flow: where the search for newer ones begins. */
  readonly #known = new Map<string, number>();

  constructor(objects: ObjectStore, now: () => number) {
    this.#objects = objects;
    this.#now = now;
  }

  /** Adds the next version. `check` may refuse it by throwing. */
  async add(document: FlowDocument, note: string, check: (version: number) => void): Promise<FlowVersion> {
    const { id } = document;
    for (let race = 0; ; race += 1) {
      const version = ((await this.newest(id)) ?? 0) + 1;
      check(version);
      const publishedAt = new Date(this.#now()).toISOString();
      const entry = { version, hash: canonicalHash(document), note, publishedAt };
      const body = Buffer.from(JSON.stringify({ ...entry, document }), 'utf8');
      try {
        await this.#objects.put(versionKey(id, version), body, { ifNoneMatch: '*' });
        this.#current.delete(id);
        return entry;
      } catch (error) {
        // Someone else published at the same moment: theirs is the version before this one.
        if (!(error instanceof PreconditionFailed) || race === maxRaces) throw error;
      }
    }
  }

  /** Throws `FlowNotFound`, and `FlowInvalid` when it is damaged. */
  async version(id: string, version: number): Promise<PublishedFlow> {
    const key = `${id}@${version}`;
    const kept = version === 0 ? builtInFlows.get(id) : this.#versions.get(key);
    if (kept) return kept;
    const found = isFlowId(id) && version > 0 ? await readPublished(this.#objects, id, version) : null;
    if (!found) throw new FlowNotFound(id, version);
    this.#versions.set(key, found, 1);
    return found;
  }

  /** At most two seconds old. Throws `FlowNotFound`. */
  async current(id: string): Promise<FlowRef> {
    let entry = this.#current.get(id);
    if (!entry || this.#now() - entry.askedAt >= currentForMs) {
      entry = { version: this.newest(id), askedAt: this.#now() };
      this.#current.set(id, entry);
      entry.version.catch(() => this.#current.delete(id));
    }
    const version = await entry.version;
    if (version === null) {
      // Not kept: ids that name nothing are without number.
      this.#current.delete(id);
      throw new FlowNotFound(id);
    }
    return { id, version };
  }

  /** 0 when only the built-in one is there, null when none is. */
  async newest(id: string): Promise<number | null> {
    if (!isFlowId(id)) return null;
    const newest = await newestVersion(this.#objects, id, this.#known.get(id) ?? 0);
    if (newest > 0) this.#known.set(id, newest);
    return newest > 0 || builtInFlows.has(id) ? newest : null;
  }
}
