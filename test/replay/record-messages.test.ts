import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, it, vi } from 'vitest';
import { conversationWorkflowId } from '../../services/temporal/workflow-ids.ts';
import { startTestErrand, type TestErrand } from '../errand/start-test-errand.ts';
import { robotHeaders } from '../fakes/dingtalk/sayings.ts';
import { type FakeDingtalk, startFakeDingtalk } from '../fakes/dingtalk/start-fake-dingtalk.ts';
import { type ModelServer, startModelServer } from '../fakes/model-server.ts';
import { startWebhookReceiver, type WebhookReceiver } from '../fakes/webhook-receiver.ts';
import { sendWebhook } from '../fakes/webhook-sender.ts';
import { completed, record } from './recording.ts';

const secret = `whsec_${randomBytes(32).toString('base64')}`;
let model: ModelServer;
let receiver: WebhookReceiver;
let ding: FakeDingtalk;
let errand: TestErrand;
beforeAll(async () => {
  model = await startModelServer({ latencyMs: 1_000 });
  receiver = await startWebhookReceiver({ secret });
  ding = await startFakeDingtalk();
  const hooks = (['collect', 'interrupt'] as const).map((queue) => ({
    id: queue,
    kind: 'webhook' as const,
    secret,
    replyUrl: receiver.url,
    queue,
  }));
  errand = await startTestErrand({
    models: [model.endpoint],
    config: { idleAfter: '3s' },
    channels: [...hooks, { id: 'ding', kind: 'dingtalk', mode: 'webhook', ...ding.account }],
  });
});
afterAll(async () => {
  await errand.end();
  await ding.close();
  await receiver.close();
  await model.close();
});

async function say(account: string, id: string): Promise<void> {
  const message = { conversation: 'talk', sender: { id: 'u1' }, text: `order ${id}` };
  await sendWebhook(`${errand.url}/webhooks/${account}`, secret, message, { id });
}
const final = (id: string) => receiver.waitFor(({ reply }) => reply.inReplyTo === id && reply.final, 20_000);

async function keep(name: string, account: string, conversation: string): Promise<void> {
  const workflowId = conversationWorkflowId(account, conversation);
  await completed(errand.temporal, workflowId);
  await record(errand.temporal, name, workflowId);
}

it('messages that are worked off as one, and more that come meanwhile', async () => {
  for (const id of ['c1', 'c2', 'c3']) await say('collect', id);
  await vi.waitFor(() => model.underWay() > 0 || Promise.reject(new Error('nothing is under way')), 5_000);
  for (const id of ['c4', 'c5']) await say('collect', id);
  await final('c5');
  await keep('conversation-collecting', 'collect', 'talk');
});

it('messages that take the place of others, in hand and in line', async () => {
  await say('interrupt', 'i1');
  await vi.waitFor(() => model.underWay() > 0 || Promise.reject(new Error('nothing is under way')), 5_000);
  for (const id of ['i2', 'i3']) await say('interrupt', id);
  await final('i3');
  await keep('conversation-interrupting', 'interrupt', 'talk');
});

it('a picture that is fetched, and one that is gone', async () => {
  const png = Buffer.from('\x89PNG\r\n\x1a\n a picture', 'latin1');
  ding.files.set('there', { body: png, type: 'image/png' });
  for (const downloadCode of ['there', 'gone']) {
    const picture = { msgtype: 'picture', content: { downloadCode } };
    await fetch(`${errand.url}/webhooks/ding`, {
      method: 'POST',
      headers: robotHeaders(ding.account.appSecret),
      body: JSON.stringify(ding.saying(picture)),
    });
  }
  await keep('conversation-attachments', 'ding', 'user:staff-1');
});
