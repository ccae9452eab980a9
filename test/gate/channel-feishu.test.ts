import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestErrand, type TestErrand } from '../errand/start-test-errand.ts';
import { type FakeFeishu, startFakeFeishu } from '../fakes/feishu/index.ts';
import { type ModelServer, startModelServer } from '../fakes/model-server.ts';

let platform: FakeFeishu;
let model: ModelServer;
let errand: TestErrand;
let callback: string;

beforeAll(async () => {
  platform = await startFakeFeishu({ encryptKey: 'the Encrypt Key' });
  model = await startModelServer();
  errand = await startTestErrand({
    models: [model.endpoint],
    channels: [{ ...platform.account, id: 'fs', mode: 'webhook' }],
  });
  callback = `${errand.url}/webhooks/fs`;
});
afterAll(async () => {
  await errand.end();
  await model.close();
  await platform.close();
});

describe('somebody on Feishu', () => {
  it('has the callback address accepted', async () => {
    const response = await platform.challenge(callback, 'c-1');
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ challenge: 'c-1' });
  });

  it('asks in a direct chat and is answered there, in reply to the question', async () => {
    const response = await platform.sayTo(callback, { id: 'om_hello', text: 'hello', chat: 'oc_ada' });
    expect([response.status, await response.json()]).toEqual([200, {}]);
    const answer = await platform.messages.waitFor(({ repliesTo }) => repliesTo === 'om_hello');
    expect(answer).toMatchObject({ chat: 'oc_ada', text: 'echo: hello' });
  });

  it('mentions the bot in a thread of a group and is answered in the thread, by name', async () => {
    const bot = { key: '@_user_1', name: 'Errand', openId: platform.app.botOpenId, type: 'bot' as const };
    await platform.sayTo(callback, {
      id: 'om_asked',
      root: 'om_root',
      thread: 'omt_1',
      chat: 'oc_group',
      chatType: 'group',
      text: '@_user_1 hello there',
      mentions: [bot],
    });
    const answer = await platform.messages.waitFor(({ repliesTo }) => repliesTo === 'om_asked');
    expect(answer).toMatchObject({ chat: 'oc_group', thread: 'om_root' });
    expect(answer.text).toContain('echo: hello there');
  });

  it('gives an order that comes twice and is carried out once', async () => {
    const event = platform.eventOf({ id: 'om_twice', text: 'only once', chat: 'oc_ada' });
    for (let time = 0; time < 3; time += 1) expect((await platform.push(callback, event)).status).toBe(200);
    await platform.messages.waitFor(({ text }) => text.includes('only once'));
    await platform.sayTo(callback, { id: 'om_next', text: 'the next', chat: 'oc_ada' });
    await platform.messages.waitFor(({ repliesTo }) => repliesTo === 'om_next');
    expect(
      platform.messages.saidIn('oc_ada').filter(({ repliesTo }) => repliesTo === 'om_twice'),
    ).toHaveLength(1);
  });

  it('is not heard with a signature that is not genuine', async () => {
    const response = await fetch(callback, {
      method: 'POST',
      body: JSON.stringify(platform.eventOf({ text: 'x' })),
    });
    expect(response.status).toBe(401);
  });

  it('was never sent what the platform does not take', () => {
    expect(platform.rest.refusals).toEqual([]);
  });
});
