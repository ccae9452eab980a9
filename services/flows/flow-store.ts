import type { FlowDocument, FlowPlan, FlowProblem, FlowRef, FlowVersion } from '../../contracts/index.ts';
import { ImmutableCache, type ObjectStore } from '../objects/index.ts';
import { type DraftCondition, Drafts } from './drafts.ts';
import { FlowConflict, FlowInvalid, FlowNotFound } from './errors.ts';
import { flowsPrefix, type PublishedFlow, partsOfKey, readDraft } from './flow-files.ts';
import { builtInFlows, PublishedFlows } from './published-flows.ts';

const cachedPlans = 200;
const longestNote = 1_000;

/** The engine's part, handed in: services do not know the engine. */
export interface FlowEngine {
  validate(
    document: unknown,
  ): { valid: true; document: FlowDocument } | { valid: false; errors: FlowProblem[] };
  plan(document: FlowDocument, version: number): FlowPlan;
}

export interface FlowSummary {
  id: string;
  name: FlowDocument['name'];
  /** The newest published version, 0 when it is the built-in one, null when there is none. */
  version: number | null;
  hasDraft: boolean;
}

/** Flows: a draft each, which changes, and published versions, which never do. All throw `ObjectStoreUnavailable`. */
export interface FlowStore {
  list(): Promise<FlowSummary[]>;
  /** Null when there is no such flow. A built-in flow has a draft from the start. */
  draft(id: string): Promise<{ document: FlowDocument; etag: string } | null>;
  /**
   * Throws `FlowConflict` when `ifMatch` is stale, `FlowExists` for a flow that was to be `new` and is not, `FlowInvalid`
   * when the form is wrong; the graph may be unfinished. A flow that was put away is back.
   */
  putDraft(id: string, document: unknown, condition?: DraftCondition): Promise<{ etag: string }>;
  /**
   * Puts a flow away: it is not listed, and not started by its name. What has a version of it, or is bound to it, still
   * finds it. Throws `FlowNotFound`.
   */
  archive(id: string): Promise<void>;
  isArchived(id: string): Promise<boolean>;
  /**
   * Makes the draft the next version. Throws `FlowInvalid` with all problems, `FlowConflict` when the draft is not the
   * one that `ifMatch` names, `FlowNotFound`.
   */
  publish(id: string, note: string, condition?: { ifMatch?: string }): Promise<FlowVersion>;
  /** Newest first, without the built-in one. */
  versions(id: string): Promise<FlowVersion[]>;
  /** Throws `FlowNotFound`. Version 0 is the built-in one. */
  version(id: string, version: number): Promise<PublishedFlow>;
  /** The newest published version, at most two seconds old. Throws `FlowNotFound`. */
  current(id: string): Promise<FlowRef>;
  /** Ready to run, of the version named or the current one. Throws `FlowNotFound`, `FlowInvalid`. */
  plan(flow: FlowRef | { id: string }): Promise<FlowPlan>;
}

export function createFlowStore(
  objects: ObjectStore,
  engine: FlowEngine & { now?: () => number },
): FlowStore {
  return new Flows(objects, engine, engine.now ?? Date.now);
}

class Flows implements FlowStore {
  readonly #objects: ObjectStore;
  readonly #engine: FlowEngine;
  readonly #drafts: Drafts;
  readonly #published: PublishedFlows;
  readonly #plans = new ImmutableCache<FlowPlan>(cachedPlans);

  constructor(objects: ObjectStore, engine: FlowEngine, now: () => number) {
    this.#objects = objects;
    this.#engine = engine;
    this.#published = new PublishedFlows(objects, now);
    this.#drafts = new Drafts(objects, this.#published, now);
  }

  async list(): Promise<FlowSummary[]> {
    const found = new Map([...builtInFlows.keys()].map((id) => [id, { version: 0, hasDraft: false }]));
    const archived = new Set<string>();
    for await (const { key } of this.#objects.list(flowsPrefix)) {
      const parts = partsOfKey(key);
      if (!parts) continue;
      const { id, part } = parts;
      const entry = found.get(id) ?? { version: -1, hasDraft: false };
      if (part === 'archived') archived.add(id);
      found.set(id, {
        version: Math.max(entry.version, typeof part === 'number' ? part : -1),
        hasDraft: entry.hasDraft || part === 'draft',
      });
    }
    for (const id of archived) found.delete(id);
    const summaries: FlowSummary[] = [];
    for (const [id, { version, hasDraft }] of [...found].sort(([a], [b]) => (a < b ? -1 : 1))) {
      const source = version < 0 ? await readDraft(this.#objects, id) : await this.version(id, version);
      if (source)
        summaries.push({ id, name: source.document.name, version: version < 0 ? null : version, hasDraft });
    }
    return summaries;
  }

  draft(id: string): Promise<{ document: FlowDocument; etag: string } | null> {
    return this.#drafts.get(id);
  }

  putDraft(id: string, value: unknown, condition: DraftCondition = {}): Promise<{ etag: string }> {
    return this.#drafts.put(id, value, condition);
  }

  archive(id: string): Promise<void> {
    return this.#drafts.archive(id);
  }

  isArchived(id: string): Promise<boolean> {
    return this.#drafts.isArchived(id);
  }

  async publish(id: string, note: string, { ifMatch }: { ifMatch?: string } = {}): Promise<FlowVersion> {
    const draft = await this.draft(id);
    if (!draft) throw new FlowNotFound(id);
    if (ifMatch !== undefined && ifMatch !== draft.etag) throw new FlowConflict(id);
    const document = this.#validated(id, withoutPins(draft.document));
    return this.#published.add(document, note.slice(0, longestNote), (version) => {
      this.#engine.plan(document, version);
    });
  }

  async versions(id: string): Promise<FlowVersion[]> {
    const newest = await this.#published.newest(id);
    if (newest === null) throw new FlowNotFound(id);
    const versions: FlowVersion[] = [];
    for (let number = newest; number > 0; number -= 1) {
      const { document: _, ...entry } = await this.version(id, number);
      versions.push(entry);
    }
    return versions;
  }

  version(id: string, version: number): Promise<PublishedFlow> {
    return this.#published.version(id, version);
  }

  current(id: string): Promise<FlowRef> {
    return this.#published.current(id);
  }

  async plan(flow: FlowRef | { id: string }): Promise<FlowPlan> {
    const { id, version } = 'version' in flow ? flow : await this.current(flow.id);
    const key = `${id}@${version}`;
    const cached = this.#plans.get(key);
    if (cached) return cached;
    const { document } = await this.version(id, version);
    const plan = this.#engine.plan(this.#validated(id, document), version);
    this.#plans.set(key, plan, 1);
    return plan;
  }

  #validated(id: string, document: FlowDocument): FlowDocument {
    const result = this.#engine.validate(document);
    if (!result.valid) throw new FlowInvalid(id, result.errors);
    return result.document;
  }
}

/** Pinned outputs are for trying things out in a draft. */
function withoutPins(document: FlowDocument): FlowDocument {
  return { ...document, nodes: document.nodes.map(({ pinned: _, ...node }) => node) };
}
