import { afterEach, describe, expect, it, vi } from 'vitest';
import { AccessTokens, createSender, DeliveryError } from '../../channels/index.ts';
import { webhook } from '../../channels/webhook/index.ts';
import { type Delivery, webhookAccount } from '../../contracts/index.ts';
import { createEgress } from '../../services/egress/index.ts';
import { startLoopbackServer } from '../fakes/loopback-server.ts';
import { type ReceiverFault, startWebhookReceiver, type WebhookReceiver } from '../fakes/webhook-receiver.ts';

const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const account = webhookAccount.parse({ id: 'hook', kind: 'webhook', secret });
const egress = createEgress({ allow: [] });
let receiver: WebhookReceiver;

afterEach(async () => {
  await receiver?.close();
});

function delivery(url: string | undefined, change: Partial<Delivery> = {}): Delivery {
  return {
    key: 'k'.repeat(43),
    type: 'reply',
    account: 'hook',
    conversation: 'c1',
    replyTo: url === undefined ? {} : { url },
    inReplyTo: 'msg_1',
    runId: 'a'.repeat(26),
    text: '你好 🙂',
    final: true,
    outcome: 'answered',
    ...change,
  };
}

function say(
  given: Delivery,
  options: { signal?: AbortSignal; clock?(): number; from?: typeof account } = {},
) {
  const { signal, clock = Date.now, from = account } = options;
  const send = createSender({
    accounts: new Map([[from.id, from]]),
    channelOf: () => webhook,
    egress,
    tokens: new AccessTokens(),
    clock,
  });
  return send(given, signal ? { signal } : {});
}

async function failureOf(sending: Promise<unknown>): Promise<DeliveryError> {
  const error = await sending.then(
    () => new Error('it was taken'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof DeliveryError)) throw error;
  return error;
}

async function failing(fault: ReceiverFault): Promise<DeliveryError> {
  receiver = await startWebhookReceiver({ secret, fail: () => fault });
  return failureOf(say(delivery(`${receiver.url}?token=hunter22`)));
}

describe('what nobody asked for', () => {
  it('goes to the reply address of the account, and answers no message', async () => {
    receiver = await startWebhookReceiver({ secret });
    const { inReplyTo: _, outcome: __, ...unasked } = delivery(undefined);
    const replyTo = webhook.addressOf({ ...account, replyUrl: receiver.url }, { chat: 'c1' });
    await say({ ...unasked, replyTo });
    expect(receiver.refusals).toEqual([]);
    const { reply } = await receiver.waitFor(({ id }) => id === 'k'.repeat(43));
    expect(Object.keys(reply).sort()).toEqual(['conversation', 'final', 'runId', 'text', 'type']);
  });

  it('cannot be said where there is no reply address, and says so for good', async () => {
    const error = await failureOf((async () => webhook.addressOf(account, { chat: 'c1' }))());
    expect(error.message).toContain('account hook has no replyUrl');
    expect(error.retryable).toBe(false);
  });
});

describe('send', () => {
  it('posts a signed reply that a strict receiver takes', async () => {
    receiver = await startWebhookReceiver({ secret });
    expect(await say(delivery(receiver.url))).toEqual({});
    expect(receiver.refusals).toEqual([]);
    expect(await receiver.waitFor(({ id }) => id === 'k'.repeat(43))).toMatchObject({
      attempt: 1,
      reply: {
        type: 'reply',
        conversation: 'c1',
        inReplyTo: 'msg_1',
        runId: 'a'.repeat(26),
        text: '你好 🙂',
        final: true,
        outcome: 'answered',
      },
    });
  });

  it('posts progress without an outcome', async () => {
    receiver = await startWebhookReceiver({ secret });
    await say(delivery(receiver.url, { type: 'progress', final: false, outcome: undefined }));
    expect(receiver.requests[0]?.reply).not.toHaveProperty('outcome');
    expect(receiver.refusals).toEqual([]);
  });

  it('keeps the id over tries and renews the time', async () => {
    receiver = await startWebhookReceiver({
      secret,
      fail: ({ attempt }) => (attempt === 1 ? { type: 'after-delivery', status: 503 } : undefined),
    });
    expect((await failureOf(say(delivery(receiver.url)))).retryable).toBe(true);
    await say(delivery(receiver.url), { clock: () => Date.now() + 60_000 });
    const [first, second] = receiver.ledger.get('k'.repeat(43)) ?? [];
    expect((second?.timestamp ?? 0) - (first?.timestamp ?? 0)).toBeGreaterThanOrEqual(60);
    expect(second?.attempt).toBe(2);
  });

  it('is refused by a receiver that holds another secret', async () => {
    receiver = await startWebhookReceiver({ secret: 'whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=' });
    expect(await failureOf(say(delivery(receiver.url)))).toMatchObject({
      retryable: false,
      permanent: false,
    });
    expect(receiver.refusals).toEqual(['No matching signature found']);
    expect(receiver.ledger.size).toBe(0);
  });

  it('only records where there is no address', async () => {
    expect(await say(delivery(undefined))).toEqual({});
  });

  it.each([500, 502, 503, 504, 408, 425, 429])('asks for another try at %i', async (status) => {
    const error = await failing({ type: 'status', status });
    expect(error).toMatchObject({ type: 'DeliveryFailed', retryable: true, permanent: false });
    expect(error.message).toBe(`the replyUrl of hook answered ${status}`);
  });

  it('waits as long as the receiver asks', async () => {
    const error = await failing({ type: 'status', status: 429, headers: { 'retry-after': '7' } });
    expect(error.retryAfterMs).toBe(7_000);
  });

  it.each([400, 401, 404, 413, 301, 307])('gives up at %i', async (status) => {
    const error = await failing({ type: 'status', status, headers: { location: '/elsewhere' } });
    expect(error).toMatchObject({ retryable: false, permanent: false });
    expect(receiver.requests).toHaveLength(1);
  });

  it('takes 410 as the end of the endpoint', async () => {
    expect(await failing({ type: 'status', status: 410 })).toMatchObject({
      retryable: false,
      permanent: true,
    });
  });

  it('asks for another try when the connection breaks, and does not tell the address', async () => {
    const error = await failing({ type: 'reset' });
    expect(error.retryable).toBe(true);
    expect(error.message).not.toMatch(/hunter22|replies/);
  });

  it('asks for another try when nobody listens', async () => {
    receiver = await startWebhookReceiver({ secret });
    await receiver.close();
    const { url } = receiver;
    receiver = await startWebhookReceiver({ secret });
    expect((await failureOf(say(delivery(url)))).retryable).toBe(true);
  });

  it('gives up a receiver that hangs after ten seconds', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      receiver = await startWebhookReceiver({ secret, fail: () => ({ type: 'hang' }) });
      const failure = failureOf(say(delivery(receiver.url)));
      await vi.advanceTimersByTimeAsync(10_000);
      expect((await failure).message).toContain('did not answer within 10000 ms');
      expect((await failure).retryable).toBe(true);
    } finally {
      vi.useRealTimers();
    }
  });

  it('stops when it is cancelled', async () => {
    receiver = await startWebhookReceiver({ secret, fail: () => ({ type: 'hang' }) });
    const controller = new AbortController();
    const sending = say(delivery(receiver.url), { signal: controller.signal });
    await vi.waitFor(() => expect(receiver.requests).toHaveLength(1));
    controller.abort(new Error('stopped'));
    await expect(sending).rejects.toThrow('stopped');
  });

  it('is done at a 2xx, however long its body takes', async () => {
    const server = await startLoopbackServer((_, response) => void response.write('still thinking'));
    expect(await say(delivery(server.origin))).toEqual({});
    await server.close();
  });

  it('does not sign with a secret that is none', async () => {
    const blank = webhookAccount.parse({ id: 'hook', kind: 'webhook', secret: '' });
    receiver = await startWebhookReceiver({ secret });
    const sending = say(delivery(receiver.url), { from: blank });
    expect((await failureOf(sending)).retryable).toBe(false);
    expect(receiver.requests).toEqual([]);
  });
});
