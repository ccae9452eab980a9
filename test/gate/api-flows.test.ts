import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { flowDocument, flowVersion, nodeKinds, startedRun } from '../../contracts/index.ts';
import { bodyOf, startTestApi, type TestApi } from '../api/start-test-api.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.close());

const errors = z.array(z.object({ code: z.string(), message: z.string() }));
const validation = z.object({ valid: z.boolean(), errors });
const problem = z.object({ type: z.string(), errors: errors.optional() });
const catalogue = z.object({ kinds: z.array(z.looseObject({ kind: z.string() })) });

const greeting = {
  schemaVersion: 1,
  id: 'greeting',
  name: { en: 'Greeting', zh: '问候' },
  nodes: [
    { id: 'call', kind: 'trigger.webhook' },
    { id: 'say', kind: 'notify', config: { text: 'Hello {{ trigger.input.name }}' } },
  ],
  edges: [{ from: 'call', to: 'say' }],
};

const send = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
  api.api(`/api/v1${path}`, {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });

describe('flows/validate', () => {
  test('finds nothing wrong with a good document', async () => {
    expect(await (await send('POST', '/flows/validate', greeting)).json()).toEqual({
      valid: true,
      errors: [],
    });
  });

  test('tells all that is wrong at once: a cycle, an unknown kind, a dangling edge, a bad expression', async () => {
    const response = await send('POST', '/flows/validate', {
      ...greeting,
      nodes: [
        ...greeting.nodes,
        { id: 'magic', kind: 'magic' },
        { id: 'a', kind: 'notify', config: { text: '{{ 1 + }}' } },
        { id: 'b', kind: 'notify', config: { text: 'b' } },
      ],
      edges: [
        ...greeting.edges,
        { from: 'a', to: 'b' },
        { from: 'b', to: 'a' },
        { from: 'say', to: 'nowhere' },
      ],
    });
    expect(response.status).toBe(200);
    const { valid, errors } = await bodyOf(validation, response);
    expect(valid).toBe(false);
    expect(errors.length).toBeGreaterThanOrEqual(4);
  });

  test('survives 10,000 nodes and things that are no documents', async () => {
    const nodes = Array.from({ length: 10_000 }, (_, index) => ({ id: `n${index}`, kind: 'notify' }));
    for (const body of [{ ...greeting, nodes }, [], 'text', 1, null]) {
      const response = await send('POST', '/flows/validate', body);
      expect([response.status, (await bodyOf(validation, response)).valid]).toEqual([200, false]);
    }
  });
});

test('a draft is saved, changed under its ETag, published and kept as a version', async () => {
  expect((await send('GET', '/flows/greeting')).status).toBe(404);
  const first = await send('PUT', '/flows/greeting', greeting);
  expect(first.status).toBe(204);
  const etag = first.headers.get('etag') ?? '';
  expect(etag).toMatch(/^"[^"]+"$/);

  const shown = await send('GET', '/flows/greeting');
  expect(shown.headers.get('etag')).toBe(etag);
  expect(await shown.json()).toEqual(greeting);

  const renamed = { ...greeting, name: { en: 'Hello', zh: '你好' } };
  const second = await send('PUT', '/flows/greeting', renamed, { 'if-match': etag });
  expect(second.status).toBe(204);
  const stale = await send('PUT', '/flows/greeting', greeting, { 'if-match': etag });
  expect([stale.status, (await bodyOf(problem, stale)).type]).toEqual([
    412,
    'https://errand.dev/problems/precondition-failed',
  ]);

  const published = await bodyOf(
    flowVersion,
    await send('POST', '/flows/greeting/publish', { note: 'first' }),
  );
  expect(published).toMatchObject({
    version: 1,
    hash: expect.stringMatching(/^[0-9a-f]{64}$/),
    note: 'first',
  });
  expect(await (await send('GET', '/flows/greeting/versions')).json()).toEqual({ versions: [published] });
  const version = await (await send('GET', '/flows/greeting/versions/1')).json();
  expect(version).toEqual({ ...published, document: renamed });
  expect((await send('GET', '/flows/greeting/versions/2')).status).toBe(404);

  expect(await (await send('GET', '/flows')).json()).toHaveProperty(
    'flows',
    expect.arrayContaining([{ id: 'greeting', name: renamed.name, version: 1, hasDraft: true }]),
  );
});

test('the built-in flow is there without anybody having written it', async () => {
  const response = await send('GET', '/flows/assistant');
  expect(response.status).toBe(200);
  expect(flowDocument.parse(await response.json()).id).toBe('assistant');
});

test('what cannot run is not published, and says why; what has no form is not saved', async () => {
  const broken = { ...greeting, id: 'broken', edges: [{ from: 'call', to: 'nowhere' }] };
  expect((await send('PUT', '/flows/broken', broken)).status).toBe(204);
  const refused = await send('POST', '/flows/broken/publish');
  expect(refused.status).toBe(422);
  const { type, errors } = await bodyOf(problem, refused);
  expect(type).toBe('https://errand.dev/problems/flow-invalid');
  expect(errors?.length).toBeGreaterThan(0);
  expect((await send('PUT', '/flows/broken', { id: 'broken' })).status).toBe(400);
  expect((await send('PUT', '/flows/other', greeting)).status).toBe(422);
  expect((await send('PUT', '/flows/..%2Fother', greeting)).status).toBe(400);
});

test('a run of a flow is started under a new id, with its input and what it is found by', async () => {
  await send('PUT', '/flows/started', { ...greeting, id: 'started' });
  await send('POST', '/flows/started/publish', {});
  const response = await send('POST', '/flows/started/run', { input: { name: 'Ada' } });
  expect(response.status).toBe(202);
  const { runId: id } = await bodyOf(startedRun, response);
  const described = await api.temporal.workflow.getHandle(`run:${id}`).describe();
  expect(described.type).toBe('run');
  expect(described.searchAttributes).toMatchObject({
    ErrandFlow: ['started'],
    ErrandFlowVersion: ['1'],
    ErrandUser: ['admin'],
  });
  expect((await send('POST', '/flows/started/run')).status).toBe(202);
  expect((await send('POST', '/flows/started/run', { version: 9 })).status).toBe(404);
  expect((await send('POST', '/flows/nothing/run')).status).toBe(404);
  expect((await send('POST', '/flows/started/run', { input: 'x'.repeat(300_000) })).status).toBe(413);
});

test('the catalogue of kinds says of each its texts, ports and the JSON Schema of its config', async () => {
  const { kinds } = await bodyOf(catalogue, await send('GET', '/node-kinds'));
  expect(kinds.map(({ kind }) => kind)).toEqual([...nodeKinds.keys()]);
  expect(kinds.find(({ kind }) => kind === 'intent')).toMatchObject({
    title: { en: 'Intent', zh: '意图识别' },
    config: { type: 'object', required: ['intents'], properties: { answers: { default: [] } } },
    fields: { intents: { fields: { name: { title: { zh: '名称' } } } } },
  });
  expect(kinds.find(({ kind }) => kind === 'switch')).toMatchObject({
    ports: ['default'],
    casePorts: 'cases',
  });
  expect(kinds.find(({ kind }) => kind === 'wait')).toMatchObject({
    capabilities: { waits: true, ownRun: true, effect: false },
  });
});
