import { createHmac, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { messageRunId } from '../../api/index.ts';
import { conversationWorkflowId } from '../../channels/index.ts';
import {
  type InboundMessage,
  inboundMessage,
  ledger as ledgerSchema,
  problem,
  signalNames,
} from '../../contracts/index.ts';
import { bodyOf, order, startTestApi, type TestApi } from '../api/start-test-api.ts';
import { signWebhook } from '../fakes/webhook-sender.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.close());

const books = async () => bodyOf(ledgerSchema, await api.api('/api/v1/ledger'));

/** What Temporal holds of a conversation: the messages that were signalled, in order. */
async function signalled(conversation: string, of: TestApi = api): Promise<InboundMessage[]> {
  const handle = of.temporal.workflow.getHandle(conversationWorkflowId('hook', conversation));
  const { events } = await handle.fetchHistory();
  return (events ?? []).flatMap(({ workflowExecutionSignaledEventAttributes: attributes }) => {
    if (attributes?.signalName !== signalNames.message) return [];
    const data = attributes.input?.payloads?.[0]?.data ?? new Uint8Array();
    return [inboundMessage.parse(JSON.parse(Buffer.from(data).toString()))];
  });
}

async function refusal(
  response: Response,
): Promise<{ status: number; type: string; detail: string | undefined }> {
  expect(response.headers.get('content-type')).toBe('application/problem+json');
  const { status, type, detail } = problem.parse(await response.json());
  expect(status).toBe(response.status);
  return { status, type: type.replace('https://errand.dev/problems/', ''), detail };
}

describe('a message', () => {
  test('is answered 202 once Temporal holds it, with everything that is fixed at acceptance', async () => {
    const conversation = 'taken';
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
    const body = JSON.stringify({ conversation, sender: { id: 'u1', name: '小明' }, text: '你好' });
    const response = await fetch(`${api.url}/webhooks/hook`, {
      method: 'POST',
      headers: { ...signWebhook(secretOf(api), body, { id: 'm1' }), traceparent },
      body,
    });
    expect([response.status, await response.json()]).toEqual([202, { accepted: true, messageId: 'm1' }]);
    const [message] = await signalled(conversation);
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
    const runIds = (await signalled(conversation)).map(({ runId }) => runId);
    expect([runIds.length, new Set(runIds).size]).toEqual([50, 1]);
    const after = (await books()).accepted;
    expect(after - before).toBe(1);
  });
});

describe('a request that is not genuine', () => {
  const now = () => Math.floor(Date.now() / 1_000);

  test.each([
    [
      'has a wrong signature',
      () => api.post(order, { secret: `whsec_${Buffer.alloc(32, 9).toString('base64')}` }),
    ],
    ['has a stale signature', () => api.post(order, { timestamp: now() - 400 })],
    ['has a signature from the future', () => api.post(order, { timestamp: now() + 400 })],
    [
      'has no signature',
      () => fetch(`${api.url}/webhooks/hook`, { method: 'POST', body: JSON.stringify(order) }),
    ],
  ])('because it %s is refused with 401', async (_, send) => {
    expect(await refusal(await send())).toMatchObject({ status: 401, type: 'signature-invalid' });
  });

  test('to an account that does not exist is refused with 404, and by another method with 405', async () => {
    const unknown = await fetch(`${api.url}/webhooks/nobody`, { method: 'POST', body: '{}' });
    expect(await refusal(unknown)).toMatchObject({ status: 404, type: 'not-found' });
    for (const method of ['GET', 'PUT', 'DELETE']) {
      expect((await fetch(`${api.url}/webhooks/hook`, { method })).status).toBe(405);
    }
  });
});

describe('a genuine body that makes no sense is refused with 400', () => {
  const nested = `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`;

  test.each([
    ['empty', '', /empty/],
    ['not JSON', 'hello', /JSON/],
    ['of the wrong shape', '{"conversation":1}', /conversation/],
    ['10,000 levels deep', nested, /deep/],
    ['with a NUL', JSON.stringify({ ...order, text: 'a\u0000b' }), /NUL/],
    ['half a surrogate pair', JSON.stringify({ ...order, text: 'a\ud800' }), /surrogate/],
  ])('when it is %s', async (_, body, detail) => {
    const { status, detail: said } = await refusal(await api.post(body));
    expect(status).toBe(400);
    expect(said).toMatch(detail);
  });

  test('when it is broken UTF-8', async () => {
    const body = Buffer.concat([Buffer.from('{"text":"'), Buffer.from([0xff, 0xfe]), Buffer.from('"}')]);
    const id = randomUUID();
    const timestamp = String(Math.floor(Date.now() / 1_000));
    const key = Buffer.from(secretOf(api).slice('whsec_'.length), 'base64');
    const signature = createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest('base64');
    const response = await fetch(`${api.url}/webhooks/hook`, {
      method: 'POST',
      headers: { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` },
      body,
    });
    expect(await refusal(response)).toMatchObject({ status: 400, detail: expect.stringContaining('UTF-8') });
  });
});

test('a body of 10 MB is refused with 413, whether or not it says its size', async () => {
  const body = Buffer.alloc(10_000_000, 0x20);
  const url = `${api.url}/webhooks/hook`;
  const announced = await fetch(url, { method: 'POST', body }).catch(() => null);
  // A sender that goes on writing may find the connection closed instead of reading the answer.
  if (announced) expect(announced.status).toBe(413);
  const stream = new ReadableStream({
    pull(controller) {
      controller.enqueue(new Uint8Array(100_000));
    },
  });
  const endless = await fetch(url, { method: 'POST', body: stream, duplex: 'half' }).catch(() => null);
  if (endless) expect(endless.status).toBe(413);
  expect((await api.post(order)).status).toBe(202);
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
    const said = await refusal(response);
    expect(said).toMatchObject({ status: 503, type: 'unavailable' });
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
      const body = await (await broken.post(order)).text();
      expect(body).not.toMatch(/127\.0\.0\.1|ECONN|grpc|temporal/i);
    } finally {
      await broken.close();
    }
  });

  test('when it cannot be noted as taken; the same message is taken later under the same id', async () => {
    const broken = await startTestApi();
    try {
      await broken.loseStore();
      await refusedBy(broken);
      const [message] = await signalled(order.conversation, broken);
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
  for (const secret of [api.adminToken, secretOf(api)]) expect(api.lines.join('')).not.toContain(secret);
});

function secretOf(of: TestApi): string {
  const { secret } = of.account;
  if (typeof secret !== 'string') throw new Error('the secret was not resolved');
  return secret;
}
