import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FlowDocument, FlowPlan } from '../../contracts/index.ts';
import type { ObjectStore } from '../objects/index.ts';
import { assistant } from './assistant.ts';
import { FlowConflict, FlowExists, FlowInvalid, FlowNotFound } from './errors.ts';
import { versionKey } from './flow-files.ts';
import { createFlowStore, type FlowEngine } from './flow-store.ts';

function flowOf(id: string, text = 'hello'): FlowDocument {
  return {
    schemaVersion: 1,
    id,
    name: { en: id, zh: id },
    nodes: [
      { id: 'message', kind: 'trigger.message' },
      { id: 'reply', kind: 'notify', config: { text }, pinned: 'kept in drafts alone' },
    ],
    edges: [{ from: 'message', to: 'reply' }],
  };
}
/** Of the right form, with an edge that leads nowhere. */
const dangling = (id: string): FlowDocument => ({
  ...flowOf(id),
  edges: [{ from: 'message', to: 'nowhere' }],
});
const textOf = (plan: FlowPlan) => plan.nodes.find(({ id }) => id === 'reply')?.config.text;

/** What the flow store does on any object store, with the engine that validates and plans. */
export function describeFlowStore(name: string, open: () => Promise<ObjectStore>, engine: FlowEngine): void {
  describe(`flow store on ${name}`, () => {
    let objects: ObjectStore;
    beforeAll(async () => {
      objects = await open();
    });
    afterAll(() => objects.close());

    const openFlows = (now?: () => number) =>
      createFlowStore(objects, { ...engine, ...(now ? { now } : {}) });

    it('has the assistant as version 0 without any write', async () => {
      const flows = openFlows();
      expect(await flows.current('assistant')).toEqual({ id: 'assistant', version: 0 });
      expect((await flows.plan({ id: 'assistant' })).flow).toEqual({ id: 'assistant', version: 0 });
      expect((await flows.draft('assistant'))?.document).toEqual(assistant);
      expect((await flows.version('assistant', 0)).document).toEqual(assistant);
      expect(await flows.versions('assistant')).toEqual([]);
      expect(await flows.list()).toContainEqual({
        id: 'assistant',
        name: assistant.name,
        version: 0,
        hasDraft: false,
      });
    });

    it('knows no flow that nobody wrote', async () => {
      const flows = openFlows();
      for (const id of ['unknown', '../escape', 'UPPER', '']) {
        expect(await flows.draft(id), id).toBeNull();
        await expect(flows.current(id), id).rejects.toThrow(FlowNotFound);
        await expect(flows.plan({ id }), id).rejects.toThrow(FlowNotFound);
        await expect(flows.version(id, 1), id).rejects.toThrow(FlowNotFound);
        await expect(flows.publish(id, ''), id).rejects.toThrow(FlowNotFound);
      }
      await expect(flows.version('assistant', 7)).rejects.toThrow(FlowNotFound);
    });

    it('gives back a draft, and replaces it only for who has seen it', async () => {
      const flows = openFlows();
      const first = await flows.putDraft('drafted', flowOf('drafted', 'one'));
      expect(await flows.draft('drafted')).toEqual({ document: flowOf('drafted', 'one'), etag: first.etag });
      const second = await flows.putDraft('drafted', flowOf('drafted', 'two'), { ifMatch: first.etag });
      await expect(
        flows.putDraft('drafted', flowOf('drafted', 'lost'), { ifMatch: first.etag }),
      ).rejects.toThrow(FlowConflict);
      expect(await flows.draft('drafted')).toEqual({ document: flowOf('drafted', 'two'), etag: second.etag });
      await expect(flows.current('drafted')).rejects.toThrow(FlowNotFound);
      expect(await flows.list()).toContainEqual({
        id: 'drafted',
        name: flowOf('drafted').name,
        version: null,
        hasDraft: true,
      });
    });

    it('lets the first who edits a built-in draft win', async () => {
      const flows = openFlows();
      const etag = (await flows.draft('assistant'))?.etag ?? '';
      const mine: FlowDocument = { ...assistant, name: { en: 'Mine', zh: '我的' } };
      await flows.putDraft('assistant', mine, { ifMatch: etag });
      await expect(flows.putDraft('assistant', assistant, { ifMatch: etag })).rejects.toThrow(FlowConflict);
      expect((await flows.draft('assistant'))?.document).toEqual(mine);
      await objects.delete('flows/assistant/draft.json');
    });

    it('refuses a draft that is not of the form, is another flow, or is too large', async () => {
      const flows = openFlows();
      const large = {
        ...flowOf('wrong'),
        nodes: [{ id: 'a', kind: 'model', config: { prompt: 'x'.repeat(1_000_000) } }],
      };
      for (const wrong of [null, {}, 'text', { ...flowOf('wrong'), nodes: [] }, flowOf('other'), large]) {
        await expect(flows.putDraft('wrong', wrong)).rejects.toThrow(FlowInvalid);
      }
      expect(await flows.draft('wrong')).toBeNull();
    });

    it('keeps an unfinished draft, and says all that is wrong when it is published', async () => {
      const flows = openFlows();
      await flows.putDraft('unfinished', dangling('unfinished'));
      const error = await flows.publish('unfinished', '').catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(FlowInvalid);
      expect(error instanceof FlowInvalid && error.problems.length).toBeGreaterThan(0);
      await expect(flows.current('unfinished')).rejects.toThrow(FlowNotFound);
    });

    it('publishes versions that later drafts do not change', async () => {
      const flows = openFlows(() => Date.parse('2026-11-23T10:00:00Z'));
      await flows.putDraft('published', flowOf('published', 'one'));
      const first = await flows.publish('published', 'first');
      expect(first).toEqual({
        version: 1,
        note: 'first',
        hash: expect.stringMatching(/^[0-9a-f]{64}$/),
        publishedAt: '2026-11-23T10:00:00.000Z',
      });
      await flows.putDraft('published', flowOf('published', 'two'));
      expect(textOf(await flows.plan({ id: 'published' }))).toBe('one');
      const second = await flows.publish('published', 'second');
      expect(textOf(await flows.plan({ id: 'published' }))).toBe('two');
      expect(textOf(await flows.plan({ id: 'published', version: 1 }))).toBe('one');
      expect(await flows.versions('published')).toEqual([second, first]);
      expect(await openFlows().versions('published')).toEqual([second, first]);
      expect((await openFlows().version('published', 1)).document.nodes[1]).not.toHaveProperty('pinned');
      expect(second.hash).not.toBe(first.hash);
    });

    it('gives each of several publishers at once a version of its own', async () => {
      await openFlows().putDraft('crowded', flowOf('crowded'));
      const published = await Promise.all(
        Array.from({ length: 6 }, (_, index) => openFlows().publish('crowded', `${index}`)),
      );
      expect(published.map(({ version }) => version).sort()).toEqual([1, 2, 3, 4, 5, 6]);
      expect((await openFlows().versions('crowded')).map(({ note }) => note).sort()).toEqual([
        '0',
        '1',
        '2',
        '3',
        '4',
        '5',
      ]);
    });

    it('learns within two seconds of a version that another process published', async () => {
      let now = 0;
      const here = openFlows(() => now);
      const there = openFlows();
      await there.putDraft('shared', flowOf('shared', 'one'));
      await there.publish('shared', '');
      expect(await here.current('shared')).toEqual({ id: 'shared', version: 1 });
      await there.publish('shared', '');
      now = 1_999;
      expect(await here.current('shared')).toEqual({ id: 'shared', version: 1 });
      now = 2_000;
      expect(await here.current('shared')).toEqual({ id: 'shared', version: 2 });
    });

    it('makes what is to be new only where nothing is', async () => {
      const flows = openFlows();
      await flows.putDraft('fresh', flowOf('fresh', 'one'), { isNew: true });
      for (const id of ['fresh', 'assistant']) {
        await expect(flows.putDraft(id, { ...flowOf(id), id }, { isNew: true }), id).rejects.toThrow(
          FlowExists,
        );
      }
      expect((await flows.draft('fresh'))?.document).toEqual(flowOf('fresh', 'one'));
      const rivals = await Promise.allSettled(
        Array.from({ length: 4 }, () => openFlows().putDraft('rival', flowOf('rival'), { isNew: true })),
      );
      expect(rivals.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    });

    it('puts a flow away: unlisted, but there for what runs it or is bound to it, until it is saved again', async () => {
      const flows = openFlows();
      await expect(flows.archive('never')).rejects.toThrow(FlowNotFound);
      await flows.putDraft('away', flowOf('away', 'one'));
      await flows.publish('away', '');
      const listed = async () => (await flows.list()).map(({ id }) => id);
      await flows.archive('away');
      expect(await flows.isArchived('away')).toBe(true);
      expect(await listed()).not.toContain('away');
      expect(textOf(await flows.plan({ id: 'away', version: 1 }))).toBe('one');
      expect(textOf(await openFlows().plan({ id: 'away' }))).toBe('one');
      await flows.putDraft('away', flowOf('away', 'two'));
      expect(await flows.isArchived('away')).toBe(false);
      expect(await listed()).toContain('away');
    });

    it('plans a version once', async () => {
      let plans = 0;
      const counting: FlowEngine = {
        ...engine,
        plan: (document, version) => {
          plans += 1;
          return engine.plan(document, version);
        },
      };
      const flows = createFlowStore(objects, counting);
      const first = await flows.plan({ id: 'assistant', version: 0 });
      expect(await flows.plan({ id: 'assistant', version: 0 })).toBe(first);
      expect(plans).toBe(1);
    });

    it('runs nothing that is not what was published', async () => {
      const flows = openFlows();
      await flows.putDraft('altered', flowOf('altered', 'one'));
      await flows.publish('altered', '');
      const stored = await objects.get(versionKey('altered', 1));
      const text = Buffer.from(stored?.body ?? '').toString();
      await objects.put(versionKey('altered', 1), Buffer.from(text.replace('one', 'evil')));
      await expect(openFlows().plan({ id: 'altered' })).rejects.toThrow(FlowInvalid);
      await objects.put(versionKey('altered', 1), Buffer.from(text.slice(0, 40)));
      await expect(openFlows().plan({ id: 'altered' })).rejects.toThrow(FlowInvalid);
    });
  });
}
