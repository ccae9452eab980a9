import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import { expect, inject, it } from 'vitest';
import { EmbeddedServer, freePort, setUpTemporal } from '../../infra/index.ts';
import { runRandomPrograms, startProgramServices } from '../errand/random/index.ts';
import { startRoleProcess } from '../errand/role-process.ts';

const count = Number(process.env.RANDOM_PROGRAMS ?? 2_000);
/** Another one each time, and said where a program does not end as it has to. */
const seed = Number(process.env.RANDOM_SEED ?? Date.now() % 1_000_000_000);

it(`${count} random flows end as the reference interpreter says, whatever is killed meanwhile`, async () => {
  const directory = await mkdtemp(join(tmpdir(), 'errand-random-'));
  const services = await startProgramServices();
  const binary = inject('binaries').temporal;
  const server = await EmbeddedServer.start({ binary, dataDirectory: directory, onLog: () => {} });
  const connection = await Connection.connect({ address: server.address });
  await setUpTemporal(connection, { namespace: 'default', retentionHours: 24 });
  const file = join(directory, 'errand.json');
  const models = [{ id: 'm', endpoint: services.model.endpoint, model: 'fake' }];
  await writeFile(file, JSON.stringify({ models, egress: { allow: ['127.0.0.1'] } }));
  const port = String(await freePort());
  const adminToken = randomBytes(16).toString('hex');
  const env = {
    DATA_DIR: directory,
    ERRAND_CONFIG: file,
    ADMIN_TOKEN: adminToken,
    TEMPORAL_ADDRESS: server.address,
    PORT: port,
    LOG_LEVEL: 'fatal',
  };
  const start = (role: 'api' | 'worker') => startRoleProcess(['--role', role], env);
  const running = { api: await start('api'), worker: await start('worker') };
  const kills = { api: 0, worker: 0, server: 0 };
  const done = new AbortController();
  const killing = (async () => {
    while (!done.signal.aborted) {
      await after(2_000 + 8_000 * Math.random(), undefined, { signal: done.signal }).catch(() => {});
      if (done.signal.aborted) return;
      const victim = (['worker', 'worker', 'worker', 'api', 'server'] as const)[
        Math.floor(5 * Math.random())
      ];
      if (victim === 'server') {
        if (server.pid) process.kill(server.pid, 'SIGKILL');
      } else if (victim) {
        await running[victim].kill();
        running[victim] = await start(victim);
      }
      if (victim) kills[victim] += 1;
    }
  })();
  killing.catch(() => {});
  try {
    const headers = { authorization: `Bearer ${adminToken}` };
    const ends = await runRandomPrograms({
      ...{ count, seed, atOnce: 60, disturbed: true },
      origin: services.service.origin,
      temporal: new Client({ connection }),
      api: (path, init) =>
        fetch(`http://127.0.0.1:${port}${path}`, { ...init, headers: { ...headers, ...init?.headers } }),
    });
    console.log({ seed, kills, ...ends });
    expect(kills.worker).toBeGreaterThan(0);
    expect((ends.answered ?? 0) + (ends.failed ?? 0)).toBe(count);
    expect(ends.answered).toBeGreaterThan(count / 2);
  } finally {
    done.abort();
    await killing;
    await Promise.all([running.worker.kill(), running.api.kill(), connection.close()]);
    await Promise.all([server.stop(), services.close()]);
    await rm(directory, { recursive: true, force: true });
  }
}, 3_600_000);
