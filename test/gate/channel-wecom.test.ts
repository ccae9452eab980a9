import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestErrand, type TestErrand } from '../errand/start-test-errand.ts';
import { type ModelServer, startModelServer } from '../fakes/model-server.ts';
import { verification } from '../fakes/wecom/callbacks.ts';
import { appSecrets, wecomAccounts, writeToApp, writeToBot } from '../fakes/wecom/people.ts';
import { startWecomServer, type WecomServer } from '../fakes/wecom/server.ts';

const patient = { timeout: 20_000, interval: 20 };
let model: ModelServer;
let wecom: WecomServer;
let errand: TestErrand;

beforeAll(async () => {
  model = await startModelServer();
  wecom = await startWecomServer();
  const { app, connectedBot } = wecomAccounts(wecom);
  errand = await startTestErrand({
    models: [model.endpoint],
    channels: [
      { id: 'wc', ...app },
      { id: 'wcbot-gate', ...connectedBot },
    ],
  });
});
afterAll(async () => {
  await errand.end();
  await wecom.close();
  await model.close();
});

describe('an app of WeCom', () => {
  const url = () => `${errand.url}/webhooks/wc`;

  it('has its address verified, as the vendor does when it is saved', async () => {
    const { query } = verification(appSecrets, '4815162342');
    const response = await fetch(`${url()}?${new URLSearchParams(query)}`);
    expect(response.status).toBe(200);
    expect(await response.text()).toBe('4815162342');
  });

  it('answers a member by the API, and the callback with nothing', async () => {
    const response = await writeToApp(url(), 'hello');
    expect(response.status).toBe(200);
    expect(await response.text()).toBe('');
    await expect.poll(() => wecom.seen.contents('ada'), patient).toEqual(['echo: hello']);
    expect(wecom.app.tokensIssued).toBe(1);
  });

  it('answers once what is called back four times', async () => {
    const msgId = '4561255354251345999';
    for (let attempt = 0; attempt < 4; attempt++) await writeToApp(url(), 'once', { user: 'bob', msgId });
    await writeToApp(url(), 'the next', { user: 'bob' });
    await expect.poll(() => wecom.seen.contents('bob'), patient).toEqual(['echo: once', 'echo: the next']);
  });

  it('takes nothing from who does not know the Token', async () => {
    const response = await fetch(`${url()}?msg_signature=0&timestamp=1&nonce=2`, {
      method: 'POST',
      body: '<xml/>',
    });
    expect(response.status).toBe(401);
  });
});

describe('a connected bot of WeCom', () => {
  it('answers in one message that changes', async () => {
    await expect.poll(() => wecom.bot.isLive, patient).toBe(true);
    writeToBot(wecom, 'hello', { user: 'eve' });
    await expect
      .poll(() => wecom.seen.in('eve'), patient)
      .toMatchObject([{ type: 'stream', content: 'echo: hello', finished: true, by: 'connection' }]);
    expect(wecom.bot.refusals).toEqual([]);
  });

  it('mentions the asker in a group', async () => {
    writeToBot(wecom, 'hello', { user: 'eve', group: 'wr-1' });
    await expect.poll(() => wecom.seen.contents('wr-1'), patient).toEqual(['<@eve> echo: hello']);
  });
});
