import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ObjectStore } from '../objects/index.ts';
import { createBindings } from './bindings.ts';
import { BindingsConflict, BindingsInvalid } from './errors.ts';

const report = { name: 'report', description: 'Wants a report.' };

/** What bindings do on any object store. */
export function describeBindings(name: string, open: () => Promise<ObjectStore>): void {
  describe(`bindings of flows on ${name}`, () => {
    let objects: ObjectStore;
    beforeAll(async () => {
      objects = await open();
    });
    afterAll(() => objects.close());

    it('are none before anyone wrote them, and the first write of two wins', async () => {
      const bindings = createBindings(objects);
      const { etag, ...rest } = await bindings.read();
      expect(rest).toEqual({ bindings: [] });
      expect(await bindings.flowOf('hook', 'c1')).toBeUndefined();
      const written = await bindings.write([{ flow: 'one' }], { ifMatch: etag });
      await expect(bindings.write([{ flow: 'two' }], { ifMatch: etag })).rejects.toThrow(BindingsConflict);
      expect(await bindings.read()).toEqual({ bindings: [{ flow: 'one' }], etag: written.etag });
      await bindings.write([{ flow: 'three' }], { ifMatch: written.etag });
      await expect(bindings.write([], { ifMatch: written.etag })).rejects.toThrow(BindingsConflict);
    });

    it('choose the most specific place', async () => {
      const bindings = createBindings(objects);
      await bindings.write([
        { flow: 'everywhere' },
        { flow: 'of-account', account: 'hook' },
        { flow: 'here', account: 'hook', conversation: 'c1' },
        { flow: 'by-intent', account: 'other', intent: report },
      ]);
      expect(await bindings.flowOf('hook', 'c1')).toBe('here');
      expect(await bindings.flowOf('hook', 'c2')).toBe('of-account');
      expect(await bindings.flowOf('other', 'c1')).toBe('everywhere');
    });

    it('give an account its own intents before those of all, under a fingerprint', async () => {
      const bindings = createBindings(objects);
      await bindings.write([
        { flow: 'own', account: 'hook', intent: report },
        { flow: 'common', intent: report },
        { flow: 'invoices', intent: { name: 'invoice', description: 'Wants an invoice.' } },
      ]);
      const [hook, other] = [await bindings.intentsOf('hook'), await bindings.intentsOf('other')];
      expect(hook?.intents.map(({ name: intent, flow }) => `${intent} ${flow}`)).toEqual([
        'report own',
        'invoice invoices',
      ]);
      expect(other?.intents.map(({ flow }) => flow)).toEqual(['common', 'invoices']);
      expect(hook?.fingerprint).not.toBe(other?.fingerprint);
      expect((await createBindings(objects).intentsOf('hook'))?.fingerprint).toBe(hook?.fingerprint);
      await bindings.write([]);
      expect(await bindings.intentsOf('hook')).toBeUndefined();
    });

    it('that another process changed are known two seconds later', async () => {
      let now = 0;
      const reader = createBindings(objects, () => now);
      await createBindings(objects).write([{ flow: 'old' }]);
      expect(await reader.flowOf('hook', 'c1')).toBe('old');
      await createBindings(objects).write([{ flow: 'new' }]);
      now = 1_999;
      expect(await reader.flowOf('hook', 'c1')).toBe('old');
      now = 2_000;
      expect(await reader.flowOf('hook', 'c1')).toBe('new');
    });

    it.each([
      [
        'a place that is bound twice',
        [
          { flow: 'a', account: 'x' },
          { flow: 'b', account: 'x' },
        ],
        /bound already/,
      ],
      ['a conversation of no account', [{ flow: 'a', conversation: 'c' }], /name it/],
      [
        'an intent in one conversation',
        [{ flow: 'a', account: 'x', conversation: 'c', intent: report }],
        /leave it out/,
      ],
      ['a name that is none', [{ flow: 'a', intent: { name: '__proto__', description: 'd' } }], /lower-case/],
      ['a flow id that is none', [{ flow: '../x' }], /flow/],
      ['an unknown field', [{ flow: 'a', acount: 'x' }], /acount/],
      [
        'more than a thousand',
        Array.from({ length: 1_001 }, (_, n) => ({ flow: 'a', account: 'x', conversation: `${n}` })),
        /1000/,
      ],
      [
        'more than twenty intents',
        Array.from({ length: 21 }, (_, n) => ({ flow: 'a', intent: { name: `i${n}`, description: 'd' } })),
        /20 intents/,
      ],
      ['no list', { flow: 'a' }, /array/],
    ])('are refused with %s', async (_, wrong, message) => {
      const bindings = createBindings(objects);
      const error = await bindings.write(wrong).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(BindingsInvalid);
      expect(String(error)).toMatch(message);
    });

    it('that are damaged are an error, and no flow is chosen', async () => {
      await objects.put('settings/flow-bindings.json', Buffer.from('[{"flow":'));
      await expect(createBindings(objects).flowOf('hook', 'c1')).rejects.toThrow(BindingsInvalid);
      await createBindings(objects).write([]);
    });
  });
}
