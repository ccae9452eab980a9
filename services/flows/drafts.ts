import { type FlowDocument, flowDocument, flowLimits } from '../../contracts/index.ts';
import { type ObjectStore, PreconditionFailed, type WriteCondition } from '../objects/index.ts';
import { FlowConflict, FlowExists, FlowInvalid, FlowNotFound } from './errors.ts';
import { archivedKey, draftKey, isFlowId, parseFlow, readDraft } from './flow-files.ts';
import { builtInFlows, type PublishedFlows } from './published-flows.ts';

/** Etag of a built-in draft that nobody has written. */
const builtInEtag = 'built-in';

/** Of what a draft is written over: what was seen (`ifMatch`), nothing (`isNew`), or anything. */
export interface DraftCondition {
  ifMatch?: string;
  isNew?: boolean;
}

/** The drafts, and whether a flow was put away. */
export class Drafts {
  readonly #objects: ObjectStore;
  readonly #published: PublishedFlows;
  readonly #now: () => number;

  constructor(objects: ObjectStore, published: PublishedFlows, now: () => number) {
    this.#objects = objects;
    this.#published = published;
    this.#now = now;
  }

  async get(id: string): Promise<{ document: FlowDocument; etag: string } | null> {
    if (!isFlowId(id)) return null;
    const stored = await readDraft(this.#objects, id);
    const document = builtInFlows.get(id)?.document;
    return stored ?? (document ? { document, etag: builtInEtag } : null);
  }

  async put(id: string, value: unknown, condition: DraftCondition = {}): Promise<{ etag: string }> {
    const document = parseFlow(id, value, flowDocument);
    if (document.id !== id) {
      throw new FlowInvalid(id, [{ field: 'id', code: 'id', message: `the id has to be ${id}` }]);
    }
    const body = Buffer.from(JSON.stringify(document), 'utf8');
    if (body.byteLength > flowLimits.documentBytes) {
      throw new FlowInvalid(id, [
        { code: 'too_big', message: `the document has more than ${flowLimits.documentBytes} bytes` },
      ]);
    }
    if (condition.isNew && (await this.#isThere(id))) throw new FlowExists(id);
    try {
      const { etag } = await this.#objects.put(draftKey(id), body, writeCondition(id, condition));
      if (await this.isArchived(id)) await this.#objects.delete(archivedKey(id));
      return { etag };
    } catch (error) {
      if (!(error instanceof PreconditionFailed)) throw error;
      throw condition.isNew ? new FlowExists(id) : new FlowConflict(id);
    }
  }

  async archive(id: string): Promise<void> {
    if (!(await this.#isThere(id))) throw new FlowNotFound(id);
    const at = new Date(this.#now()).toISOString();
    await this.#objects.put(archivedKey(id), Buffer.from(JSON.stringify({ at }), 'utf8'));
  }

  async isArchived(id: string): Promise<boolean> {
    return isFlowId(id) && (await this.#objects.get(archivedKey(id))) !== null;
  }

  async #isThere(id: string): Promise<boolean> {
    return (await this.get(id)) !== null || (await this.#published.newest(id)) !== null;
  }
}

/** A built-in draft that nobody has written is not there to be matched. */
function writeCondition(id: string, { ifMatch, isNew }: DraftCondition): WriteCondition {
  if (isNew || (ifMatch === builtInEtag && builtInFlows.has(id))) return { ifNoneMatch: '*' };
  return ifMatch === undefined ? {} : { ifMatch };
}
