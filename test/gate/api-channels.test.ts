import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { channelStatus, channelTest } from '../../contracts/index.ts';
import { bodyOf, order, problemOf, startTestApi, type TestApi } from '../api/start-test-api.ts';
import { startWebhookReceiver, type WebhookReceiver } from '../fakes/webhook-receiver.ts';

const secret = `whsec_${randomBytes(32).toString('base64')}`;
const blank = 'whsec_too-short-to-be-one';
let receiver: WebhookReceiver;
let api: TestApi;
beforeAll(async () => {
  receiver = await startWebhookReceiver({ secret });
  api = await startTestApi({
    channels: [
      { id: 'out', kind: 'webhook', secret, replyUrl: receiver.url },
      { id: 'bad', kind: 'webhook', secret: blank },
    ],
  });
});
afterAll(async () => {
  await api.close();
  await receiver.close();
});

const list = async (from = api) =>
  (await bodyOf(z.object({ channels: z.array(channelStatus) }), await from.api('/api/v1/channels'))).channels;
const show = async (id: string) => bodyOf(channelStatus, await api.api(`/api/v1/channels/${id}`));
const test = (id: string, body?: unknown) =>
  api.api(`/api/v1/channels/${id}/test`, {
    method: 'POST',
    ...(body === undefined
      ? {}
      : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });

describe('accounts', () => {
  it('are listed with what they need to be set up, those that do not start last and with the reason', async () => {
    const channels = await list();
    expect(channels.map(({ id, status }) => [id, status])).toEqual([
      ['hook', 'ready'],
      ['out', 'ready'],
      ['bad', 'unusable'],
    ]);
    expect(channels[0]).toMatchObject({
      kind: 'webhook',
      mode: 'callback',
      callbackUrl: `${api.url}/webhooks/hook`,
      problems: [],
    });
    expect(channels[2]?.problems).toEqual([expect.stringContaining('secret')]);
    expect(JSON.stringify(channels)).not.toContain(blank);
  });

  it('show the callback under the address that is set for the public, if one is', async () => {
    const behind = await startTestApi({ publicUrl: 'https://errand.example.com' });
    try {
      expect((await list(behind))[0]?.callbackUrl).toBe('https://errand.example.com/webhooks/hook');
    } finally {
      await behind.close();
    }
  });

  it('tell what came last, and why it was refused', async () => {
    expect((await show('out')).lastEvent).toBeNull();
    await api.post(order, { secret });
    const { lastEvent } = await show('hook');
    expect(lastEvent).toMatchObject({ verdict: 'refused', reason: expect.stringContaining('signature') });
    await api.post(order);
    await expect.poll(async () => (await show('hook')).lastEvent?.verdict).toBe('taken');
  });

  it('are for administrators, and unknown ones are not found', async () => {
    for (const path of ['/api/v1/channels', '/api/v1/channels/hook']) {
      expect((await fetch(`${api.url}${path}`)).status).toBe(401);
    }
    const unasked = await fetch(`${api.url}/api/v1/channels/hook/test`, { method: 'POST' });
    expect(unasked.status).toBe(401);
    expect(await problemOf(await api.api('/api/v1/channels/nobody'))).toMatchObject({ status: 404 });
    expect(await problemOf(await test('nobody'))).toMatchObject({ status: 404 });
  });
});

describe('a test of an account', () => {
  it('sends a message where a conversation is named, and nowhere else', async () => {
    const quiet = await bodyOf(channelTest, await test('out'));
    expect(quiet).toMatchObject({ ok: true, callbackUrl: `${api.url}/webhooks/out` });
    expect(receiver.requests).toHaveLength(0);
    const spoken = await bodyOf(channelTest, await test('out', { conversation: 'c9', text: 'hello there' }));
    expect(spoken.ok).toBe(true);
    expect(spoken.checks).toContainEqual({ name: 'test message', ok: true, detail: 'The platform took it.' });
    const { reply } = await receiver.waitFor(({ reply }) => reply.conversation === 'c9');
    expect(reply).toMatchObject({ type: 'reply', text: 'hello there' });
    expect(receiver.refusals).toEqual([]);
  });

  it('says in words what does not work', async () => {
    receiver.setFail(() => ({ type: 'status', status: 403 }));
    const refused = await bodyOf(channelTest, await test('out', { conversation: 'c9' }));
    receiver.setFail(undefined);
    expect(refused.ok).toBe(false);
    expect(refused.checks.filter(({ ok }) => !ok)).toEqual([
      { name: 'test message', ok: false, detail: expect.stringContaining('403') },
    ]);
    const unusable = await bodyOf(channelTest, await test('bad', { conversation: 'c9' }));
    expect(unusable).toMatchObject({ ok: false, status: 'unusable' });
    expect(unusable.checks).toEqual([
      { name: 'configuration', ok: false, detail: expect.stringContaining('secret') },
    ]);
  });

  it('is refused with a body that makes no sense', async () => {
    expect((await test('out', { conversation: '' })).status).toBe(400);
    expect((await test('out', { chat: 'c1' })).status).toBe(400);
  });
});
