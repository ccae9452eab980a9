import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import { expect, inject, it, vi } from 'vitest';
import { run as runSchema } from '../../contracts/run.ts';
import { EmbeddedServer, freePort, setUpTemporal } from '../../infra/index.ts';
import { runRandomPrograms, startRandomServices } from '../errand/random-programs.ts';
import { startRoleProcess } from '../errand/role-process.ts';

const count = Number(process.env.RANDOM_PROGRAMS ?? 2_000);
/** Another one each time, and said where a program does not end as it has to. */
const seed = Number(process.env.RANDOM_SEED ?? Date.now() % 1_000_000_000);

it(`${count} random flows end as the reference interpreter says, their worker killed again and again`, async () => {
  const directory = await mkdtemp(join(tmpdir(), 'errand-random-'));
  const services = await startRandomServices();
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
  const api = await startRoleProcess(['--role', 'api'], env);
  let worker = await startRoleProcess(['--role', 'worker'], env);
  const done = new AbortController();
  let kills = 0;
  const killing = (async () => {
    while (!done.signal.aborted) {
      await after(2_000 + 8_000 * Math.random(), undefined, { signal: done.signal }).catch(() => {});
      if (done.signal.aborted) return;
      await worker.kill();
      kills += 1;
      worker = await startRoleProcess(['--role', 'worker'], env);
    }
  })();
  killing.catch(() => {});
  try {
    const headers = { authorization: `Bearer ${adminToken}` };
    const ended = (runId: string) =>
      vi.waitFor(
        async () => {
          const response = await fetch(`http://127.0.0.1:${port}/api/v1/runs/${runId}`, { headers });
          const run = runSchema.parse(await response.json());
          if (run.finishedAt === null) throw new Error(`run ${runId} is ${run.status}`);
          return run;
        },
        { timeout: 60_000, interval: 200 },
      );
    const temporal = new Client({ connection });
    const { origin } = services.service;
    const ends = await runRandomPrograms({ count, seed, atOnce: 150, origin, temporal, ended });
    console.log({ seed, kills, ...ends });
    expect(kills).toBeGreaterThan(0);
    expect((ends.answered ?? 0) + (ends.failed ?? 0)).toBe(count);
  } finally {
    done.abort();
    await killing;
    await Promise.all([worker.kill(), api.kill(), connection.close()]);
    await Promise.all([server.stop(), services.close()]);
    await rm(directory, { recursive: true, force: true });
  }
}, 3_600_000);
