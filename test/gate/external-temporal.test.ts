import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type RunningErrand, startErrand } from '../../cli/index.ts';
import { loadSettings } from '../../services/settings/index.ts';
import { connectTemporal } from '../../services/temporal/index.ts';
import { createNamespace } from '../servers/index.ts';

const adminToken = 'a-token-for-this-test';
let dataDir: string;
let errand: RunningErrand;

beforeAll(async () => {
  const { address, uiUrl } = inject('temporal');
  dataDir = await mkdtemp(join(tmpdir(), 'errand-external-'));
  const settings = await loadSettings({
    env: {
      PORT: '0',
      DATA_DIR: dataDir,
      ADMIN_TOKEN: adminToken,
      TEMPORAL_ADDRESS: address,
      TEMPORAL_NAMESPACE: await createNamespace(address),
      TEMPORAL_UI_URL: new URL(uiUrl).origin,
      LOG_LEVEL: 'fatal',
    },
    cwd: dataDir,
  });
  errand = await startErrand({ settings, role: 'api', onProgress: () => {}, ownsProcess: false });
});
afterAll(async () => {
  await errand.stop();
  await rm(dataDir, { recursive: true });
});

const get = (path: string): Promise<Response> =>
  fetch(`http://127.0.0.1:${errand.port}${path}`, { headers: { authorization: `Bearer ${adminToken}` } });

describe('beside a Temporal server of somebody else’s', () => {
  it('the Web UI is shown where TEMPORAL_UI_URL says it is', async () => {
    const page = await get('/temporal/');
    expect(page.status).toBe(200);
    expect(await page.text()).toContain('<html');
  });

  it('metrics tell what waits for a worker', async () => {
    const metrics = await (await get('/metrics')).text();
    expect(metrics).toMatch(/^errand_backlog_tasks\{kind="workflow"\} 0$/m);
    expect(metrics).toMatch(/^errand_backlog_tasks\{kind="activity"\} 0$/m);
    expect(metrics).toMatch(/^errand_backlog_age_seconds\{kind="activity"\} 0$/m);
  });

  it('Temporal’s own variables for TLS are used, and only for such a server', async () => {
    const target = { address: errand.temporalAddress, namespace: 'default' };
    const env = { TEMPORAL_TLS: 'true' };
    // The server speaks no TLS: a connection that does fails.
    await expect(connectTemporal(target, env)).rejects.toThrow(/connect/i);
    await (await connectTemporal(target, {})).close();
  });
});
