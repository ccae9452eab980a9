import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { flow, message, node } from '../errand/flow.ts';
import { startTestErrand, type TestErrand } from '../errand/start-test-errand.ts';
import { type ModelServer, startModelServer } from '../fakes/model-server.ts';
import { openAnswer } from '../fakes/wecom/callbacks.ts';
import { appSecrets, pressInApp, wecomAccounts, writeToApp } from '../fakes/wecom/people.ts';
import { type ApiFault, defaultApp, startWecomServer, type WecomServer } from '../fakes/wecom/server.ts';

const patient = { timeout: 60_000, interval: 50 };
const people = Array.from({ length: 20 }, (_, index) => `member-${index}`);
let model: ModelServer;
let wecom: WecomServer;
let errand: TestErrand;

beforeAll(async () => {
  model = await startModelServer();
  wecom = await startWecomServer({ app: { ...defaultApp, members: people } });
  const { app } = wecomAccounts(wecom);
  errand = await startTestErrand({
    models: [model.endpoint],
    channels: [
      { id: 'wc', ...app },
      { id: 'wcask', flow: 'asking', ...app },
      { id: 'wcrepeat', flow: 'repeating', ...app },
    ],
  });
  await errand.publish(
    flow(
      'asking',
      [
        message,
        node('ask', 'approval', { text: 'Pay {{ trigger.text }}?' }),
        node('yes', 'notify', { text: 'paid' }),
        node('no', 'notify', { text: 'not paid' }),
      ],
      ['message>ask', 'ask:approved>yes', 'ask:denied>no'],
    ),
  );
  await errand.publish(
    flow('repeating', [message, node('say', 'notify', { text: '{{ trigger.text }}' })], ['message>say']),
  );
});
afterEach(() => wecom.setFail(() => undefined));
afterAll(async () => {
  await errand.end();
  await wecom.close();
  await model.close();
});

let next = 0;
const somebody = () => people[next++] ?? 'nobody';
const url = (account = 'wc') => `${errand.url}/webhooks/${account}`;
const contents = (user: string) => expect.poll(() => wecom.seen.contents(user), patient);

/** Fails the first send; what comes after it is let through. */
function failOnce(fault: ApiFault): void {
  const { length: before } = wecom.calls.filter(({ path }) => path === '/cgi-bin/message/send');
  wecom.setFail(({ path, attempt }) =>
    path === '/cgi-bin/message/send' && attempt === before + 1 ? fault : undefined,
  );
}

describe('an answer of an app', () => {
  it.each<[string, ApiFault]>([
    ['is refused with 429', { type: 'status', status: 429, headers: { 'retry-after': '1' } }],
    ['finds the platform down', { type: 'status', status: 503 }],
    ['finds the platform busy', { type: 'answer', answer: { errcode: -1, errmsg: 'system busy' } }],
    ['loses its connection', { type: 'reset' }],
    [
      'finds its token expired on the way',
      { type: 'answer', answer: { errcode: 42001, errmsg: 'access_token expired' } },
    ],
  ])('that %s arrives all the same, once', async (_, fault) => {
    const user = somebody();
    failOnce(fault);
    await writeToApp(url(), 'hello', { user });
    await contents(user).toEqual(['echo: hello']);
  });

  it('is sent with a new token when none is good any more', async () => {
    const user = somebody();
    const before = wecom.app.tokensIssued;
    wecom.app.expireTokens();
    await writeToApp(url(), 'hello', { user });
    await contents(user).toEqual(['echo: hello']);
    expect(wecom.app.tokensIssued).toBe(before + 1);
  });

  it('that arrived although the platform said otherwise may come twice, for it has no key to know it by', async () => {
    const user = somebody();
    failOnce({ type: 'after-delivery', status: 502 });
    await writeToApp(url(), 'hello', { user });
    await contents(user).toEqual(['echo: hello', 'echo: hello']);
  });

  it('to who is not within the visible range is kept as a dead letter', async () => {
    await writeToApp(url(), 'hello', { user: 'stranger' });
    await expect
      .poll(async () => JSON.stringify(await (await errand.api('/api/v1/dead-letters')).json()), patient)
      .toContain('stranger');
  });

  it('of 30 KB arrives in order, in messages of the platform’s size', async () => {
    const user = somebody();
    const text = Array.from({ length: 12 }, (_, index) => `${index} ${'长文'.repeat(400)}。`).join('\n\n');
    await writeToApp(url('wcrepeat'), text, { user });
    await expect
      .poll(() => wecom.seen.contents(user).join('').replace(/\s/g, '').length, {
        ...patient,
        timeout: 120_000,
      })
      .toBe(text.replace(/\s/g, '').length);
    expect(wecom.seen.contents(user).join('').replace(/\s/g, '') === text.replace(/\s/g, '')).toBe(true);
    expect(wecom.app.dropped).toBe(0);
  }, 150_000);
});

describe('a message called back again', () => {
  it.each([15, 300, 3_600, 21_600])('%i s later, signed anew, is answered once', async (later) => {
    const user = somebody();
    const msgId = `45612553542513${10_000 + later}`;
    const now = Math.floor(Date.now() / 1_000);
    // The clock of the platform is what moves: the hour that a signature is good for is around ours.
    await writeToApp(url(), 'once', { user, msgId, timestamp: now - Math.min(later, 3_500) });
    expect((await writeToApp(url(), 'once', { user, msgId, timestamp: now })).status).toBe(200);
    await writeToApp(url(), 'the next', { user });
    await contents(user).toEqual(['echo: once', 'echo: the next']);
  });
});

describe('an approval', () => {
  it('is decided by a button under its text, which then says so', async () => {
    const user = somebody();
    await writeToApp(url('wcask'), 'Ada', { user });
    const cardOf = () => wecom.seen.in(user).find(({ type }) => type === 'card');
    await expect.poll(cardOf, patient).toBeDefined();
    const card = cardOf();
    const question = wecom.seen.in(user).at(-2);
    expect(question?.content).toMatch(/Pay Ada\?[\s\S]*\/approve \w{8}/);
    const answer = await pressInApp(url('wcask'), card?.taskId ?? '', card?.buttons?.Approve ?? '', { user });
    expect(answer.status).toBe(200);
    const xml = await answer.text();
    const tag = (name: string) => new RegExp(`<${name}><!\\[CDATA\\[(.*?)\\]\\]>`).exec(xml)?.[1] ?? '';
    const inner = openAnswer(appSecrets, {
      encrypted: tag('Encrypt'),
      signature: tag('MsgSignature'),
      timestamp: tag('TimeStamp'),
      nonce: tag('Nonce'),
    });
    expect(inner).toContain('Sent: approve');
    await expect.poll(() => wecom.seen.contents(user), patient).toContain('paid');
  });
});
