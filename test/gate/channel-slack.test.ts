import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { flow, message, node } from '../errand/flow.ts';
import { startTestErrand, type TestErrand } from '../errand/start-test-errand.ts';
import { type ModelServer, startModelServer } from '../fakes/model-server.ts';
import { eventCallback, messageEvent, postSigned, pressOf } from '../fakes/slack/slack-events.ts';
import { type SlackServer, startSlackServer } from '../fakes/slack/slack-server.ts';

const signingSecret = 'signing-secret-of-a-test-app';
let model: ModelServer;
let slack: SlackServer;
let errand: TestErrand;
beforeAll(async () => {
  [model, slack] = await Promise.all([startModelServer(), startSlackServer()]);
  const common = {
    kind: 'slack',
    mode: 'webhook',
    botToken: slack.botToken,
    signingSecret,
    baseUrl: slack.url,
  } as const;
  errand = await startTestErrand({
    models: [model.endpoint],
    channels: [
      { id: 'sl', ...common },
      { id: 'asking', ...common, flow: 'asking' },
    ],
  });
  await errand.publish(
    flow(
      'asking',
      [
        message,
        node('ask', 'approval', { text: 'Pay **5**?' }),
        node('paid', 'notify', { text: 'paid' }),
        node('kept', 'notify', { text: 'kept' }),
      ],
      ['message>ask', 'ask:approved>paid', 'ask:denied>kept'],
    ),
  );
});
afterAll(async () => {
  expect(slack.refusals).toEqual([]);
  await errand.end();
  await Promise.all([model.close(), slack.close()]);
});

function send(event: object, account = 'sl'): Promise<Response> {
  const body = JSON.stringify(eventCallback(event, slack.botUser));
  return postSigned(`${errand.url}/webhooks/${account}`, signingSecret, body);
}

describe('Slack by callback', () => {
  it('answers a direct message in its chat', async () => {
    const response = await send(messageEvent('帮我想一个名字'));
    expect([response.status, await response.text()]).toEqual([200, '']);
    expect(await slack.waitFor(({ channel }) => channel === 'D1')).toMatchObject({
      text: 'echo: 帮我想一个名字',
      edited: 0,
    });
  });

  it('answers a mention once, though it comes as two events and again, in its thread, by name', async () => {
    const said = messageEvent(`<@${slack.botUser}> plan &amp; &lt;b&gt;`, {
      channel: 'C1',
      channel_type: 'channel',
    });
    for (const type of ['message', 'app_mention', 'app_mention']) await send({ ...said, type });
    await send(messageEvent('not for you', { channel: 'C1', channel_type: 'channel' }));
    await send(messageEvent(`<@${slack.botUser}> and this`, { channel: 'C1', thread_ts: said.ts }));
    await slack.waitFor(({ text }) => text.includes('and this'));
    expect(slack.messages.filter(({ channel }) => channel === 'C1')).toMatchObject([
      { thread: said.ts, text: '<@U1> echo: plan &amp; &lt;b&gt;' },
      { thread: said.ts, text: '<@U1> echo: and this' },
    ]);
  });

  it('asks with buttons, and goes on when one is pressed', async () => {
    await send(messageEvent('buy it', { channel: 'D2' }), 'asking');
    const question = await slack.waitFor(({ buttons }) => buttons.length > 0);
    expect(question.text).toContain('Pay *5*?');
    expect(question.buttons.map(({ text }) => text)).toEqual(['Approve', 'Deny']);
    const [approve] = question.buttons;
    const payload = JSON.stringify(pressOf(approve?.value ?? '', question));
    const body = new URLSearchParams({ payload }).toString();
    const contentType = 'application/x-www-form-urlencoded';
    const response = await postSigned(`${errand.url}/webhooks/asking`, signingSecret, body, { contentType });
    expect(response.status).toBe(200);
    await slack.waitFor(({ channel, text }) => channel === 'D2' && text === 'paid');
  });

  it('waits as long as Slack asks, and says it once', async () => {
    let calls = 0;
    let refusedAt = 0;
    slack.setFail((method) => {
      if (method !== 'chat.postMessage') return undefined;
      calls += 1;
      if (calls === 1) refusedAt = Date.now();
      return calls === 1 ? { type: 'ratelimited', retryAfter: 1 } : undefined;
    });
    await send(messageEvent('rate', { channel: 'D3' }));
    await slack.waitFor(({ channel }) => channel === 'D3');
    expect(Date.now() - refusedAt).toBeGreaterThanOrEqual(1_000);
    expect(slack.messages.filter(({ channel }) => channel === 'D3')).toHaveLength(1);
    slack.setFail(undefined);
  });

  it('refuses what Slack did not sign', async () => {
    const body = JSON.stringify(eventCallback(messageEvent('forged'), slack.botUser));
    const url = `${errand.url}/webhooks/sl`;
    expect((await postSigned(url, 'another', body)).status).toBe(401);
    expect((await postSigned(url, signingSecret, body, { now: Date.now() - 400_000 })).status).toBe(401);
  });
});
