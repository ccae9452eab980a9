import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { modelStatus, modelTest } from '../../contracts/index.ts';
import { bodyOf, problemOf, startTestApi, type TestApi } from '../api/start-test-api.ts';
import { type ModelServer, startModelServer } from '../fakes/model-server.ts';

let main: ModelServer;
let api: TestApi;
beforeAll(async () => {
  main = await startModelServer({ apiKey: 'sk-canary-right', models: ['small', 'large'] });
  api = await startTestApi({
    models: [
      { id: 'main', endpoint: main.endpoint, model: 'small', apiKey: 'sk-canary-right' },
      { id: 'locked', endpoint: main.endpoint, model: 'small', apiKey: 'sk-canary-wrong' },
    ],
  });
});
afterAll(async () => {
  await api.close();
  await main.close();
});

const testOf = (id: string) => api.api(`/api/v1/models/${id}/test`, { method: 'POST' });

describe('models', () => {
  test('are listed in order of preference, and how they stand, without a key', async () => {
    const response = await api.api('/api/v1/models');
    const text = await response.text();
    expect(text).not.toContain('canary');
    const { models } = z.object({ models: z.array(modelStatus) }).parse(JSON.parse(text));
    expect(models.map(({ id, breaker }) => [id, breaker])).toEqual([
      ['main', 'closed'],
      ['locked', 'closed'],
    ]);
  });

  test('are tested without an answer being generated, and the next list knows of it', async () => {
    const found = await bodyOf(modelTest, await testOf('main'));
    expect(found).toMatchObject({ ok: true, models: ['small', 'large'], problem: null });
    const locked = await testOf('locked');
    const said = await locked.text();
    expect(said).not.toContain('canary');
    expect(JSON.parse(said)).toMatchObject({ ok: false, remedy: expect.stringContaining('apiKey') });
    expect(main.count()).toBe(0);
    const { models } = z
      .object({ models: z.array(modelStatus) })
      .parse(await (await api.api('/api/v1/models')).json());
    expect(models.map(({ lastCheck }) => lastCheck?.ok)).toEqual([true, false]);
  });

  test('that do not exist are not found, and nobody is told anything without a token', async () => {
    expect(await problemOf(await testOf('nobody'))).toMatchObject({ type: 'not-found' });
    expect((await fetch(`${api.url}/api/v1/models`)).status).toBe(401);
    expect((await fetch(`${api.url}/api/v1/models/main/test`, { method: 'POST' })).status).toBe(401);
  });
});
