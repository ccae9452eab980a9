import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { InvalidKey, ObjectTooLarge, PreconditionFailed } from './errors.ts';
import { encodeKeySegment } from './keys.ts';
import type { ObjectStore } from './object-store.ts';

const bytes = (text: string) => Buffer.from(text, 'utf8');
const textOf = (object: { body: Uint8Array } | null) => (object ? Buffer.from(object.body).toString() : null);

/** What every object store does. `open` yields an empty store; called twice on one store it yields two ways to it. */
export function describeObjectStore(name: string, open: () => Promise<ObjectStore>): void {
  describe(`object store on ${name}`, () => {
    let objects: ObjectStore;
    beforeAll(async () => {
      objects = await open();
    });
    afterAll(() => objects.close());

    const keysOf = async (prefix: string, startAfter?: string) => {
      const keys: string[] = [];
      for await (const { key } of objects.list(prefix, startAfter === undefined ? {} : { startAfter }))
        keys.push(key);
      return keys;
    };

    it('gives back what was put, with the same etag', async () => {
      const body = Uint8Array.from({ length: 70_000 }, (_, index) => index % 256);
      const { etag } = await objects.put('basic/bytes', body);
      const found = await objects.get('basic/bytes');
      expect(Buffer.compare(found?.body ?? new Uint8Array(), body)).toBe(0);
      expect(found?.etag).toBe(etag);
      expect(etag).not.toContain('"');
    });

    it('keeps an empty object apart from none', async () => {
      await objects.put('basic/empty', new Uint8Array());
      expect((await objects.get('basic/empty'))?.body.byteLength).toBe(0);
      expect(await objects.get('basic/none')).toBeNull();
      expect(await objects.get('no/such/folder')).toBeNull();
    });

    it('replaces an object without a condition, and its etag changes', async () => {
      const first = await objects.put('basic/replaced', bytes('one'));
      const second = await objects.put('basic/replaced', bytes('two'));
      expect(second.etag).not.toBe(first.etag);
      expect(textOf(await objects.get('basic/replaced'))).toBe('two');
    });

    it('refuses to read more than the reader allows', async () => {
      await objects.put('basic/large', new Uint8Array(2_000));
      await expect(objects.get('basic/large', { maxBytes: 1_999 })).rejects.toThrow(ObjectTooLarge);
      expect((await objects.get('basic/large', { maxBytes: 2_000 }))?.body.byteLength).toBe(2_000);
    });

    it('creates only where there is nothing', async () => {
      await objects.put('create/a', bytes('first'), { ifNoneMatch: '*' });
      await expect(objects.put('create/a', bytes('second'), { ifNoneMatch: '*' })).rejects.toThrow(
        PreconditionFailed,
      );
      expect(textOf(await objects.get('create/a'))).toBe('first');
      await objects.delete('create/a');
      await objects.put('create/a', bytes('third'), { ifNoneMatch: '*' });
      expect(textOf(await objects.get('create/a'))).toBe('third');
    });

    it('replaces only what the writer has seen', async () => {
      const first = await objects.put('match/a', bytes('one'));
      const second = await objects.put('match/a', bytes('two'), { ifMatch: first.etag });
      await expect(objects.put('match/a', bytes('three'), { ifMatch: first.etag })).rejects.toThrow(
        PreconditionFailed,
      );
      expect(textOf(await objects.get('match/a'))).toBe('two');
      await objects.delete('match/a');
      await expect(objects.put('match/a', bytes('four'), { ifMatch: second.etag })).rejects.toThrow(
        PreconditionFailed,
      );
      expect(await objects.get('match/a')).toBeNull();
    });

    it('lets exactly one of fifty creators win', async () => {
      const others = await open();
      const results = await Promise.allSettled(
        Array.from({ length: 50 }, (_, index) =>
          (index % 2 ? objects : others).put('race/created', bytes(`writer ${index}`), { ifNoneMatch: '*' }),
        ),
      );
      const winners = results.flatMap(({ status }, index) => (status === 'fulfilled' ? [index] : []));
      expect(winners).toHaveLength(1);
      for (const result of results) {
        if (result.status === 'rejected') expect(result.reason).toBeInstanceOf(PreconditionFailed);
      }
      expect(textOf(await objects.get('race/created'))).toBe(`writer ${winners[0]}`);
      await others.close();
    });

    it('loses no update of rivals that compare before they write', async () => {
      const others = await open();
      await objects.put('race/counter', bytes('0'));
      const increment = async (store: ObjectStore) => {
        for (;;) {
          const current = await store.get('race/counter');
          const next = bytes(String(Number(textOf(current)) + 1));
          const written = await store
            .put('race/counter', next, { ifMatch: current?.etag ?? '' })
            .catch((error) => {
              if (error instanceof PreconditionFailed) return null;
              throw error;
            });
          if (written) return;
        }
      };
      await Promise.all(Array.from({ length: 12 }, (_, index) => increment(index % 2 ? objects : others)));
      expect(textOf(await objects.get('race/counter'))).toBe('12');
      await others.close();
    });

    it('deletes what is there and succeeds when nothing is', async () => {
      await objects.put('gone/deep/a', bytes('x'));
      await objects.delete('gone/deep/a');
      await objects.delete('gone/deep/a');
      expect(await objects.get('gone/deep/a')).toBeNull();
      expect(await keysOf('gone/')).toEqual([]);
    });

    it('writes into a folder while it empties under its hands', async () => {
      const others = await open();
      await Promise.all(
        Array.from({ length: 30 }, async (_, index) => {
          const store = index % 2 ? objects : others;
          await store.put(`busy/folder/${index}`, bytes('x'));
          await store.delete(`busy/folder/${index}`);
        }),
      );
      expect(await keysOf('busy/')).toEqual([]);
      await others.close();
    });

    it('lists keys in byte order, by prefix, from any point', async () => {
      const keys = ['Z', 'a/1', 'a/10', 'a/2/x', 'a/3/1', 'a/B', 'b-1', 'b.1', 'b1', 'c/1'].map(
        (key) => `order/${key}`,
      );
      await Promise.all([...keys].reverse().map((key) => objects.put(key, bytes(key))));
      const sorted = [...keys].sort();
      expect(await keysOf('order/')).toEqual(sorted);
      expect(await keysOf('order/a/1')).toEqual(['order/a/1', 'order/a/10']);
      expect(await keysOf('order/a')).toEqual(sorted.filter((key) => key.startsWith('order/a')));
      for (const startAfter of [...keys, 'order/a/4', 'order/b0', 'zzz']) {
        expect(await keysOf('order/', startAfter), startAfter).toEqual(
          sorted.filter((key) => key > startAfter),
        );
      }
    });

    it('takes any text as a segment once it is encoded', async () => {
      const texts = ['你好', 'a/b', '..', 'A b+c=d', 'x'.repeat(900), '漢'.repeat(300)];
      const keys = [...texts.map(encodeKeySegment), 'a%=+@,~!-_.b'].map((segment) => `encoded/${segment}`);
      for (const key of keys) await objects.put(key, bytes(key), { ifNoneMatch: '*' });
      for (const key of keys) expect(textOf(await objects.get(key))).toBe(key);
      expect(await keysOf('encoded/')).toEqual([...keys].sort());
    });

    it('lists size and time of each object', async () => {
      const before = Date.now();
      await objects.put('facts/a', bytes('four'));
      for await (const entry of objects.list('facts/')) {
        expect(entry.size).toBe(4);
        expect(Math.abs(entry.modifiedAt.getTime() - before)).toBeLessThan(10_000);
      }
    });

    it('refuses keys that could leave the store or that some store cannot hold', async () => {
      const wrong = [
        '',
        '/a',
        'a/',
        'a//b',
        '../a',
        'a/../b',
        'a/./b',
        '.hidden',
        'a\\b',
        'a b',
        'a\0',
        'ü',
        'x'.repeat(241),
      ];
      for (const key of wrong) {
        await expect(objects.put(key, bytes('x')), JSON.stringify(key)).rejects.toThrow(InvalidKey);
        await expect(objects.get(key), JSON.stringify(key)).rejects.toThrow(InvalidKey);
        await expect(objects.delete(key), JSON.stringify(key)).rejects.toThrow(InvalidKey);
      }
      await expect(keysOf('../')).rejects.toThrow(InvalidKey);
    });
  });
}
