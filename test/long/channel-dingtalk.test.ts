import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { receive } from '../../channels/dingtalk/receive.ts';
import { topics } from '../../channels/dingtalk/stream/frame.ts';
import { dingtalkAccount } from '../../contracts/accounts.ts';
import { flow, message, node } from '../errand/flow.ts';
import { startTestErrand, type TestErrand } from '../errand/start-test-errand.ts';
import { cardHeaders, pressBody, robotHeaders } from '../fakes/dingtalk/sayings.ts';
import { type FakeDingtalk, startFakeDingtalk } from '../fakes/dingtalk/start-fake-dingtalk.ts';
import { type ModelServer, startModelServer } from '../fakes/model-server.ts';

let model: ModelServer;
let fake: FakeDingtalk;
let errand: TestErrand;
const group = 'cid5o+bbZdK/80y1V5ESE5Trw==';
const other = 'cidotherGroup0123456789==';
let messages = 0;

beforeAll(async () => {
  model = await startModelServer({
    latencyMs: ({ messages: said }) => (JSON.stringify(said).includes('slow') ? 4_000 : 0),
  });
  fake = await startFakeDingtalk();
  const { cardTemplateId, ...account } = fake.account;
  const kind = 'dingtalk';
  errand = await startTestErrand({
    models: [model.endpoint],
    channels: [
      { id: 'http', kind, mode: 'webhook', ...account, ratePerSenderPerMinute: 1_000 },
      { id: 'cards', kind, mode: 'webhook', ...fake.account },
      { id: 'buttons', kind, mode: 'webhook', ...fake.account, flow: 'asking' },
      { id: 'stream', kind, mode: 'stream', ...account },
      { id: 'team', kind: 'dingtalk-robot', ...fake.groupRobot, oapiBaseUrl: fake.origin },
    ],
  });
  await errand.publish(
    flow(
      'asking',
      [
        message,
        node('ask', 'approval', { text: 'Pay?' }),
        node('paid', 'notify', { text: 'paid by {{ nodes.ask.output.by }}' }),
        node('kept', 'notify', { text: 'kept' }),
      ],
      ['message>ask', 'ask:approved>paid', 'ask:denied>kept'],
    ),
  );
  await errand.publish(
    flow(
      'report',
      [
        { id: 'start', kind: 'trigger.webhook' },
        node('tell', 'notify', {
          text: '**日报** 一切正常',
          to: [{ account: 'team', conversation: 'team' }],
        }),
      ],
      ['start>tell'],
    ),
  );
});
afterEach(() => fake.setFail(undefined));
afterAll(async () => {
  await errand.end();
  await fake.close();
  await model.close();
});

function callBack(
  account: string,
  body: object,
  headers = robotHeaders(fake.account.appSecret),
): Promise<Response> {
  return fetch(`${errand.url}/webhooks/${account}`, { method: 'POST', headers, body: JSON.stringify(body) });
}

/** Says something by HTTP, and waits for what is said to it in the end. */
async function ask(account: string, text: string, saying: Parameters<FakeDingtalk['saying']>[1] = {}) {
  messages += 1;
  const msgId = `msg-${messages}`;
  const response = await callBack(account, fake.saying(text, { msgId, ...saying }));
  expect(response.status).toBe(200);
  return fake.ledger.waitFor(
    (seen) => seen.text.includes(`echo: ${text}`) && seen.card?.state !== 'writing',
    30_000,
  );
}

describe('by HTTP callbacks', () => {
  it('a person is answered by the session, in a group with a mention', async () => {
    expect(await ask('http', 'direct')).toMatchObject({ chat: 'person staff-1', via: 'session' });
    expect(await ask('http', 'in a group', { group })).toMatchObject({
      chat: `group ${group}`,
      via: 'session',
      mentions: ['staff-1'],
    });
  });

  it('a person is answered by the OpenAPI when the session is over', async () => {
    const until = Date.now() + 1_000;
    expect(await ask('http', 'late', { until })).toMatchObject({ chat: 'person staff-1', via: 'api' });
    expect(await ask('http', 'late in a group', { until, group: other })).toMatchObject({
      chat: `group ${other}`,
      via: 'api',
    });
  });

  it('the same message is taken once, however often it comes', async () => {
    const body = fake.saying('only once', { msgId: 'msg-once', staff: 'staff-once' });
    for (let sent = 0; sent < 5; sent += 1) expect((await callBack('http', body)).status).toBe(200);
    await fake.ledger.waitFor(({ text }) => text === 'echo: only once');
    await ask('http', 'the next', { staff: 'staff-once' });
    expect(fake.ledger.seen.filter(({ text }) => text === 'echo: only once')).toHaveLength(1);
  });

  it('an unknown kind of message is answered politely', async () => {
    const body = fake.saying(
      { msgtype: 'unknownMsgType', content: {} },
      { msgId: 'msg-unknown', staff: 'staff-u' },
    );
    expect((await callBack('http', body)).status).toBe(200);
    await fake.ledger.waitFor(({ chat }) => chat === 'person staff-u');
  });

  it('a wrong signature is refused, and nothing happens', async () => {
    const headers = robotHeaders('another secret');
    expect((await callBack('http', fake.saying('forged', { msgId: 'msg-forged' }), headers)).status).toBe(
      401,
    );
    expect(await errand.run('msg-forged')).toBeNull();
  });

  it('an event of an account of another kind is refused', async () => {
    expect((await callBack('hook', fake.saying('hello'))).status).toBe(401);
    expect((await callBack('team', fake.saying('hello'))).status).toBe(404);
  });

  it('progress is a card that the answer takes the place of', async () => {
    const seen = await ask('cards', 'slow task: compare lunch places', { staff: 'staff-slow' });
    expect(seen).toMatchObject({ kind: 'card', card: { state: 'done', callback: 'HTTP' } });
    expect(seen.card?.versions.length).toBeGreaterThan(1);
    expect(fake.ledger.seen.filter(({ chat }) => chat === 'person staff-slow')).toHaveLength(1);
  });

  it('buttons come back with the signature of cards', async () => {
    await callBack('buttons', fake.saying('pay', { group, msgId: 'msg-pay', staff: 'boss' }));
    const asked = await fake.ledger.waitFor(({ card }) => card?.variables.approval !== undefined);
    expect(asked.card?.routeKey).toBe(`${fake.account.appKey}.buttons`);
    const press = pressBody(asked.card?.outTrackId ?? '', 'approve', 'boss');
    expect((await callBack('buttons', press, cardHeaders('another secret'))).status).toBe(401);
    const response = await callBack('buttons', press, cardHeaders(fake.account.appSecret));
    expect(await response.json()).toMatchObject({ userPrivateData: { cardParamMap: { approval: '' } } });
    await fake.ledger.waitFor(({ text }) => text.includes('paid by boss'));
  });
});

describe('when the platform misbehaves', () => {
  const isSession = ({ route }: { route: string }) => route === 'session';

  it.each([
    ['answers 429', { type: 'status', status: 429, headers: { 'retry-after': '1' } }],
    ['answers 500', { type: 'status', status: 500 }],
    ['says that it is busy', { type: 'status', status: 200, body: { errcode: -1, errmsg: 'busy' } }],
    ['resets the connection', { type: 'reset' }],
  ] as const)('and %s, the answer arrives all the same', async (what, fault) => {
    let failed = false;
    fake.setFail((call) => {
      if (!isSession(call) || failed) return undefined;
      failed = true;
      return fault;
    });
    const staff = `staff-${what.replaceAll(' ', '-')}`;
    expect(await ask('http', `while it ${what}`, { staff })).toMatchObject({ chat: `person ${staff}` });
    expect(fake.ledger.seen.filter(({ chat }) => chat === `person ${staff}`)).toHaveLength(1);
  });

  it('and forgets its tokens on the way, the answer arrives all the same', async () => {
    const until = Date.now() + 1_000;
    await ask('http', 'with a token', { until, staff: 'staff-t' });
    fake.expireTokens();
    await ask('http', 'with another token', { until, staff: 'staff-t' });
  });

  it('and takes an answer without saying so, a session shows it once', async () => {
    let failed = false;
    fake.setFail((call) => {
      if (!isSession(call) || failed) return undefined;
      failed = true;
      return { type: 'reset', afterwards: true };
    });
    await ask('http', 'once all the same', { staff: 'staff-once-more' });
    await ask('http', 'and then', { staff: 'staff-once-more' });
    expect(fake.ledger.seen.filter(({ text }) => text === 'echo: once all the same')).toHaveLength(1);
  });
});

describe('by stream', () => {
  it('a person is answered, and still is after the platform ended the connection twice', async () => {
    await expect.poll(() => fake.gateway.connections).toBe(1);
    for (const round of [1, 2, 3]) {
      const text = `round ${round}`;
      await fake.gateway.push(topics.robot, fake.saying(text, { staff: 'staff-stream' }));
      await fake.ledger.waitFor((seen) => seen.text === `echo: ${text}`);
      if (round === 1) fake.gateway.disconnect(1_000);
      if (round === 2) fake.gateway.drop();
      await expect.poll(() => fake.gateway.connections, { timeout: 20_000 }).toBe(1);
      await expect.poll(() => fake.gateway.isReady(topics.robot), { timeout: 20_000 }).toBe(true);
    }
  });
});

describe('the robot of a group', () => {
  it('says what a flow has to tell', async () => {
    await errand.runFlow('report', {});
    const seen = await fake.ledger.waitFor(({ chat }) => chat === 'robot');
    expect(seen).toMatchObject({ text: '**日报** 一切正常', via: 'robot' });
  });
});

describe('a message that comes again and again over 8 hours', () => {
  const account = dingtalkAccount.parse({
    id: 'http',
    kind: 'dingtalk',
    appKey: 'dingfakeappkey',
    appSecret: 's',
  });
  const at = 1_700_000_000_000;

  it.each([0, 15_000, 300_000, 3_600_000, 21_600_000, 28_800_000])('has the same id after %i ms', (later) => {
    const body = fake.saying('hello', { msgId: 'msg-again', until: at + 5_400_000 });
    const rawBody = Buffer.from(JSON.stringify(body));
    const now = at + later;
    // The platform signs each try anew.
    const fresh = { method: 'POST', headers: robotHeaders('s', now), query: {}, rawBody, now };
    expect(receive(fresh, account)).toMatchObject({ type: 'message', message: { id: 'msg-again' } });
    const old = { ...fresh, headers: robotHeaders('s', at) };
    expect(receive(old, account).type).toBe(later > 3_600_000 ? 'refused' : 'message');
  });
});
