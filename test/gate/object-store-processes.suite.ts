import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ObjectStore } from '../../services/objects/index.ts';
import { numberOf } from '../child/numbered-object.ts';

const child = (name: string) => fileURLToPath(new URL(`../child/${name}`, import.meta.url));

export interface SharedPlace {
  url: string;
  /** For the writers, besides `PATH`. */
  env: Record<string, string>;
  open(): Promise<ObjectStore>;
}

/** What must hold when several processes write to one store, and when they die while they write. */
export function describeRivalProcesses(name: string, place: () => SharedPlace): void {
  describe(`processes that share an object store on ${name}`, () => {
    const running: ChildProcess[] = [];
    let objects: ObjectStore;
    beforeAll(async () => {
      objects = await place().open();
    });
    afterAll(async () => {
      for (const process of running) process.kill('SIGKILL');
      await objects.close();
    });

    const start = (task: string, key: string, ...rest: string[]) => {
      const { url, env } = place();
      const started = spawn(
        process.execPath,
        ['--import', child('typescript.mjs'), child('object-store-writer.ts'), task, url, key, ...rest],
        { env: { PATH: process.env.PATH, ...env }, stdio: ['ignore', 'pipe', 'inherit'] },
      );
      running.push(started);
      return started;
    };

    it('lose no update', async () => {
      const writers = Array.from({ length: 3 }, () => start('increment', 'processes/counter', '20'));
      const codes = await Promise.all(writers.map(async (writer) => (await once(writer, 'exit'))[0]));
      expect(codes).toEqual([0, 0, 0]);
      const counter = await objects.get('processes/counter');
      expect(Buffer.from(counter?.body ?? '').toString()).toBe('60');
    });

    it('leave a whole object when they are killed while they write, and no lock', async () => {
      // One write takes some 20 ms: spread over more than that, the kills fall into all of its parts.
      const killAfterMs = [0, 3, 6, 10, 14, 19, 25, 32];
      const killed = await Promise.all(
        killAfterMs.map(async (ms) => {
          const key = `processes/killed-${ms}`;
          const writer = start('rewrite', key);
          let acknowledged = 0;
          for await (const line of createInterface({ input: writer.stdout })) {
            const [what, number] = line.split(' ');
            if (what === 'written') acknowledged = Number(number);
            else if (number === '2') setTimeout(() => writer.kill('SIGKILL'), ms);
          }
          return { key, acknowledged };
        }),
      );
      for (const { key, acknowledged } of killed) {
        const left = await objects.get(key);
        const number = numberOf(left?.body ?? new Uint8Array());
        expect(number, key).toBeGreaterThanOrEqual(acknowledged);
        expect(number, key).toBeLessThanOrEqual(acknowledged + 1);
        const before = performance.now();
        await objects.put(key, Buffer.from('next'), { ifMatch: left?.etag ?? '' });
        expect(performance.now() - before).toBeLessThan(2_000);
      }
    });
  });
}
