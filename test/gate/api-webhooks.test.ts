import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { ledger as ledgerSchema } from '../../contracts/index.ts';
import { messageRunId } from '../../services/runs/index.ts';
import { signalled } from '../api/signalled.ts';
import { bodyOf, order, problemOf, startTestApi, type TestApi } from '../api/start-test-api.ts';
import { signWebhook } from '../fakes/webhook-sender.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.close());

const books = async () => bodyOf(ledgerSchema, await api.api('/api/v1/ledger'));

describe('a message', () => {
  test('is answered 202 once Temporal holds it, with everything that is fixed at acceptance', async () => {
    const conversation = 'taken';
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
    const body = JSON.stringify({ conversation, sender: { id: 'u1', name: '小明' }, text: '你好' });
    const response = await fetch(`${api.url}/webhooks/hook`, {
      method: 'POST',
      headers: { ...signWebhook(api.secret, body, { id: 'm1' }), traceparent },
      body,
    });
    expect([response.status, await response.json()]).toEqual([202, { accepted: true, messageId: 'm1' }]);
    const [message] = await signalled(api, conversation);
    expect(message).toEqual({
      id: 'm1',
      runId: messageRunId('hook', 'm1'),
      channel: 'webhook',
      account: 'hook',
      conversation,
      sender: { id: 'u1', name: '小明' },
      text: '你好',
      language: 'zh',
      replyTo: {},
      flow: { id: 'assistant', version: 0 },
      acceptedAt: expect.any(String),
      traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
    });
  });

  test('starts its conversation with its search attributes, and is in the ledger', async () => {
    await api.post({ ...order, conversation: 'with attributes' });
    const handle = api.temporal.workflow.getHandle('conversation:hook:with%20attributes');
    const { searchAttributes, type } = await handle.describe();
    expect(type).toBe('conversation');
    expect(searchAttributes).toMatchObject({
      ErrandChannel: ['webhook'],
      ErrandAccount: ['hook'],
      ErrandConversation: ['with attributes'],
    });
    const ledger = await books();
    expect(ledger.accepted).toBeGreaterThan(0);
    expect(ledger.running).toBe(ledger.accepted);
  });

  test('that comes 50 times at once is taken each time, under one id', async () => {
    const before = (await books()).accepted;
    const conversation = 'fifty';
    const responses = await Promise.all(
      Array.from({ length: 50 }, () => api.post({ ...order, conversation }, { id: 'same' })),
    );
    expect(new Set(responses.map(({ status }) => status))).toEqual(new Set([202]));
    const runIds = (await signalled(api, conversation)).map(({ runId }) => runId);
    expect([runIds.length, new Set(runIds).size]).toEqual([50, 1]);
    const after = (await books()).accepted;
    expect(after - before).toBe(1);
  });
});

test('a sender above its rate gets 429 with a hint, others go on, and what was refused is not counted', async () => {
  const limited = await startTestApi({ ratePerSenderPerMinute: 2 });
  try {
    const statuses = [];
    for (let sent = 0; sent < 3; sent++) statuses.push(await limited.post(order));
    expect(statuses.map(({ status }) => status)).toEqual([202, 202, 429]);
    const last = statuses.at(-1);
    expect(Number(last?.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await limited.post({ ...order, sender: { id: 'u2' } })).status).toBe(202);
    const metrics = await (await limited.api('/metrics')).text();
    expect(metrics).toContain('errand_accepted_total 3');
    expect(metrics).toContain('errand_refused_total{reason="too-many-requests"} 1');
  } finally {
    await limited.close();
  }
});

describe('what cannot be made durable is refused with 503 and a hint', () => {
  async function refusedBy(broken: TestApi): Promise<void> {
    const response = await broken.post(order, { id: 'lost' });
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
    const said = await problemOf(response);
    expect(said).toMatchObject({ status: 503, type: 'unavailable' });
    expect(JSON.stringify(said)).not.toMatch(/127\.0\.0\.1|ECONN|ENO|grpc|temporal/i);
    expect(await (await broken.api('/metrics')).text()).toContain('errand_accepted_total 0');
  }

  test('while the process is not ready', async () => {
    const broken = await startTestApi({ ready: () => ({ ok: false, reasons: ['temporal'] }) });
    try {
      await refusedBy(broken);
      const readiness = await fetch(`${broken.url}/readyz`);
      expect([readiness.status, await readiness.text()]).toEqual([503, 'not ready']);
    } finally {
      await broken.close();
    }
  });

  test('when Temporal does not answer, and nothing of its address or errors is told', async () => {
    const broken = await startTestApi({ temporalAddress: '127.0.0.1:1' });
    try {
      await refusedBy(broken);
    } finally {
      await broken.close();
    }
  });

  test('when it cannot be noted as taken; the same message is taken later under the same id', async () => {
    const broken = await startTestApi();
    try {
      await broken.loseStore();
      await refusedBy(broken);
      const [message] = await signalled(broken, order.conversation);
      expect(message?.runId).toBe(messageRunId('hook', 'lost'));
    } finally {
      await broken.close();
    }
  });
});

test('no secret is in any line of the log, and a taken message is one debug line that joins', async () => {
  await api.post(order, { id: 'joined' });
  await vi.waitFor(() => expect(api.lines.join('')).toContain('joined'));
  const line = JSON.parse(api.lines.find((one) => one.includes('"joined"')) ?? '{}');
  expect(line).toMatchObject({ level: 'debug', messageId: 'joined', runId: messageRunId('hook', 'joined') });
  expect(line.traceId).toMatch(/^[0-9a-f]{32}$/);
  for (const secret of [api.adminToken, api.secret]) expect(api.lines.join('')).not.toContain(secret);
});
