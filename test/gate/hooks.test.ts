import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { endedRun, type FlowDocument, flowHook, run, startedRun } from '../../contracts/index.ts';
import { problemOf, startTestApi } from '../api/start-test-api.ts';
import { startTestErrand, type TestErrand } from '../errand/start-test-errand.ts';
import { type SigningOptions, signWebhook } from '../fakes/webhook-sender.ts';

const schema = {
  type: 'object',
  required: ['n'],
  properties: { n: { type: 'integer', minimum: 1 }, code: { type: 'string', pattern: '^(a+)+$' } },
  additionalProperties: false,
};
const flowOf = (id: string, kind = 'trigger.webhook', config: object = { input: schema }): FlowDocument => ({
  schemaVersion: 1,
  id,
  name: { en: id, zh: id },
  nodes: [
    { id: 'call', kind, config: JSON.parse(JSON.stringify(config)) },
    { id: 'double', kind: 'transform', config: { output: { doubled: '{{ trigger.input.n * 2 }}' } } },
  ],
  edges: [{ from: 'call', to: 'double' }],
});
const patient: FlowDocument = {
  ...flowOf('patient', 'trigger.webhook', {}),
  nodes: [
    { id: 'call', kind: 'trigger.webhook' },
    { id: 'double', kind: 'wait', config: { for: '1d' } },
  ],
};

let errand: TestErrand;
beforeAll(async () => {
  errand = await startTestErrand({ models: ['http://127.0.0.1:9/v1'] });
  await errand.publish(flowOf('double'));
  await errand.publish(patient);
});
afterAll(() => errand.end());

const hookOf = async (flow: string) =>
  flowHook.parse(await (await errand.api(`/api/v1/flows/${flow}/hook`)).json());

interface Call extends SigningOptions {
  secret?: string;
  query?: string;
}
async function call(flow: string, body: unknown, { secret, query = '', ...signing }: Call = {}) {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const headers = signWebhook(secret ?? (await hookOf(flow)).secret, text, signing);
  return fetch(`${errand.url}/hooks/${flow}${query}`, { method: 'POST', headers, body: text });
}
const bodyOf = async <T>(type: z.ZodType<T>, response: Response) => type.parse(await response.json());

describe('a hook', () => {
  it('starts its flow with what was sent, and says at once which run it is', async () => {
    const hook = await hookOf('double');
    expect(hook.url).toBe(`${errand.url}/hooks/double`);
    expect(hook.secret).toMatch(/^whsec_/);
    expect(await hookOf('double')).toEqual(hook);
    const response = await call('double', { n: 21 });
    expect(response.status).toBe(202);
    const { runId } = await bodyOf(startedRun, response);
    const found = async () => run.parse(await (await errand.api(`/api/v1/runs/${runId}`)).json());
    await expect.poll(async () => (await found()).status).toBe('answered');
    expect(await found()).toMatchObject({ user: 'hook', flow: { id: 'double', version: 1 } });
    expect((await found()).nodes.at(-1)?.output).toEqual({ doubled: 42 });
  });

  it('answers with the result when it is waited for, and without when it takes longer', async () => {
    const quick = await call('double', { n: 4 }, { query: '?wait=20s' });
    expect(quick.status).toBe(200);
    expect(await bodyOf(endedRun, quick)).toMatchObject({
      status: 'answered',
      output: { doubled: 8 },
      error: null,
    });
    const slow = await call('patient', {}, { query: '?wait=500ms' });
    expect(slow.status).toBe(202);
    expect(await slow.json()).toEqual({ runId: expect.any(String) });
  });

  it('starts one run for one webhook id, however often and however many at once', async () => {
    const responses = await Promise.all(
      Array.from({ length: 10 }, () => call('double', { n: 5 }, { id: 'msg_once', query: '?wait=20s' })),
    );
    const answers = await Promise.all(responses.map((response) => bodyOf(endedRun, response)));
    expect(new Set(answers.map(({ runId }) => runId)).size).toBe(1);
    const later = await bodyOf(
      endedRun,
      await call('double', { n: 6 }, { id: 'msg_once', query: '?wait=20s' }),
    );
    expect(later).toEqual(answers[0]);
  });

  it('believes nobody without the right and fresh signature of this very flow', async () => {
    const now = Math.floor(Date.now() / 1_000);
    const other = (await hookOf('patient')).secret;
    for (const signing of [{ secret: other }, { timestamp: now - 400 }, { timestamp: now + 400 }]) {
      const refused = await problemOf(await call('double', { n: 1 }, signing));
      expect([refused.status, refused.type]).toEqual([401, 'signature-invalid']);
    }
    const unsigned = await fetch(`${errand.url}/hooks/double`, { method: 'POST', body: '{"n":1}' });
    expect((await problemOf(unsigned)).status).toBe(401);
    expect((await problemOf(await call('double', { n: 1 }, { id: `msg ${'x'.repeat(300)}` }))).status).toBe(
      400,
    );
  });

  it('believes only the new secret once it has one', async () => {
    await errand.publish(flowOf('rotated'));
    const before = (await hookOf('rotated')).secret;
    const rotated = await errand.api('/api/v1/flows/rotated/hook/rotate', { method: 'POST' });
    const after = (await bodyOf(flowHook, rotated)).secret;
    expect(after).not.toBe(before);
    expect((await call('rotated', { n: 1 }, { secret: before })).status).toBe(401);
    expect((await call('rotated', { n: 1 }, { secret: after })).status).toBe(202);
  });

  it('takes what fits the schema of its trigger, and says of all else where it does not', async () => {
    const refused = await call('double', { n: 0, code: `${'a'.repeat(5_000)}!`, more: 1 });
    expect(refused.status).toBe(422);
    expect(await refused.json()).toMatchObject({
      type: 'https://errand.dev/problems/input-invalid',
      errors: [
        { path: 'n', message: 'has to be at least 1' },
        { path: 'code', message: expect.any(String) },
        { path: 'more', message: 'is not known here' },
      ],
    });
    for (const [body, status] of [
      ['', 400],
      ['{"n":', 400],
      ['[1]', 422],
      [`${'['.repeat(70)}${']'.repeat(70)}`, 400],
      [`{"n":1,"code":"${'a'.repeat(300_000)}"}`, 413],
    ] as const) {
      expect((await problemOf(await call('double', body))).status, body.slice(0, 20)).toBe(status);
    }
    for (const wait of ['61s', '-1s', 'soon']) {
      expect((await call('double', { n: 1 }, { query: `?wait=${wait}` })).status, wait).toBe(400);
    }
  });

  it('is there for published flows with a webhook trigger alone', async () => {
    await errand.publish(flowOf('talk', 'trigger.message', {}));
    const draft = JSON.stringify(flowOf('drafted'));
    const headers = { 'content-type': 'application/json' };
    await errand.api('/api/v1/flows/drafted', { method: 'PUT', headers, body: draft });
    await errand.publish(flowOf('gone'));
    const { secret } = await hookOf('gone');
    await errand.api('/api/v1/flows/gone', { method: 'DELETE' });
    for (const flow of ['talk', 'drafted', 'gone', 'nothing', '..%2Fsecret', 'constructor']) {
      expect((await problemOf(await call(flow, { n: 1 }, { secret }))).status, flow).toBe(404);
    }
    expect((await errand.api('/api/v1/flows/nothing/hook')).status).toBe(404);
    expect((await fetch(`${errand.url}/hooks/double`)).status).toBe(405);
    expect((await fetch(`${errand.url}/api/v1/flows/double/hook`)).status).toBe(401);
  });
});

describe('a hook in trouble', () => {
  it('refuses calls above the rate of the flow, before it takes them', async () => {
    const api = await startTestApi({ hooks: { ratePerFlowPerMinute: 2 } });
    try {
      const json = { 'content-type': 'application/json' };
      const body = JSON.stringify(flowOf('double'));
      await api.api('/api/v1/flows/double', { method: 'PUT', headers: json, body });
      await api.api('/api/v1/flows/double/publish', { method: 'POST' });
      const { secret } = flowHook.parse(await (await api.api('/api/v1/flows/double/hook')).json());
      const statuses: number[] = [];
      for (let n = 1; n <= 3; n += 1) {
        const text = JSON.stringify({ n });
        const headers = signWebhook(secret, text);
        const response = await fetch(`${api.url}/hooks/double`, { method: 'POST', headers, body: text });
        statuses.push(response.status);
        if (n === 3) expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
      }
      expect(statuses).toEqual([202, 202, 429]);
      expect(api.lines.join('')).not.toContain(secret);
    } finally {
      await api.close();
    }
  });

  it('says 503 while Temporal cannot take a run', async () => {
    const api = await startTestApi({ temporalAddress: '127.0.0.1:9' });
    try {
      const json = { 'content-type': 'application/json' };
      const body = JSON.stringify(flowOf('double'));
      await api.api('/api/v1/flows/double', { method: 'PUT', headers: json, body });
      await api.api('/api/v1/flows/double/publish', { method: 'POST' });
      const { secret } = flowHook.parse(await (await api.api('/api/v1/flows/double/hook')).json());
      const headers = signWebhook(secret, '{"n":1}');
      const response = await fetch(`${api.url}/hooks/double`, { method: 'POST', headers, body: '{"n":1}' });
      expect((await problemOf(response)).type).toBe('unavailable');
    } finally {
      await api.close();
    }
  });
});
