import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestErrand, type TestErrand } from '../errand/start-test-errand.ts';
import { type ModelServer, startModelServer } from '../fakes/model-server.ts';
import { eventCallback, messageEvent, pressOf } from '../fakes/slack/slack-events.ts';
import { type SlackServer, startSlackServer } from '../fakes/slack/slack-server.ts';

let model: ModelServer;
let slack: SlackServer;
let errand: TestErrand;
beforeAll(async () => {
  model = await startModelServer({
    latencyMs: (request) => (JSON.stringify(request.messages).includes('slow') ? 2_500 : 0),
  });
  slack = await startSlackServer();
  const { appToken, botToken, url: baseUrl } = slack;
  errand = await startTestErrand({
    models: [model.endpoint],
    channels: [{ id: 'sl', kind: 'slack', mode: 'socket', appToken, botToken, baseUrl }],
  });
});
afterAll(async () => {
  expect(slack.refusals).toEqual([]);
  await errand.end();
  expect(slack.sockets()).toBe(0);
  await Promise.all([model.close(), slack.close()]);
});

const push = (event: object) => slack.push('events_api', eventCallback(event, slack.botUser));

describe('Slack in Socket Mode', () => {
  it('acknowledges what is durable, and answers it', async () => {
    await expect.poll(() => slack.sockets(), { timeout: 15_000 }).toBe(1);
    expect(await push(messageEvent('hello'))).toBe(true);
    expect(await slack.waitFor(({ channel }) => channel === 'D1')).toMatchObject({ text: 'echo: hello' });
  });

  it('takes what is sent again over eight hours once', async () => {
    const said = messageEvent('once', { channel: 'D2' });
    for (let times = 0; times < 4; times += 1) expect(await push(said)).toBe(true);
    await push(messageEvent('then', { channel: 'D2' }));
    await slack.waitFor(({ text }) => text === 'echo: then');
    expect(slack.messages.filter(({ channel }) => channel === 'D2').map(({ text }) => text)).toEqual([
      'echo: once',
      'echo: then',
    ]);
  });

  it('acknowledges what is of no interest', async () => {
    expect(await push({ type: 'reaction_added', user: 'U1' })).toBe(true);
    const question = { channel: 'D1', ts: '1700000000.000001' };
    expect(await slack.push('interactive', pressOf('/nothing', question))).toBe(true);
  });

  it('shows progress in one message, and the answer in another', async () => {
    await push(messageEvent('task: slow one', { channel: 'D4' }));
    await slack.waitFor(({ channel, text }) => channel === 'D4' && text === 'result: task: slow one', 30_000);
    const [progress, answer, ...more] = slack.messages.filter(({ channel }) => channel === 'D4');
    expect(more).toEqual([]);
    expect(progress?.edited).toBeGreaterThan(0);
    expect(progress?.text).toMatch(/^How it went:\n/);
    expect(answer?.edited).toBe(0);
  });

  it('opens another connection when Slack ends one', async () => {
    slack.disconnect();
    await expect.poll(() => slack.sockets()).toBe(0);
    await expect.poll(() => slack.sockets(), { timeout: 15_000 }).toBe(1);
    expect(await push(messageEvent('after', { channel: 'D5' }))).toBe(true);
    await slack.waitFor(({ channel }) => channel === 'D5');
  });

  it('says by its checks what is wrong', async () => {
    const test = () =>
      errand.api('/api/v1/channels/sl/test', {
        method: 'POST',
        body: '{}',
        headers: { 'content-type': 'application/json' },
      });
    const response = await test();
    expect(response.status).toBe(200);
    expect(JSON.stringify(await response.json())).toContain('Signed in as errand in Testers.');
    slack.setFail((method) =>
      method === 'auth.test' ? { type: 'error', error: 'token_revoked' } : undefined,
    );
    const text = JSON.stringify(await (await test()).json());
    expect(text).toContain('token_revoked');
    expect(text).not.toContain(slack.botToken);
    slack.setFail(undefined);
  });
});
