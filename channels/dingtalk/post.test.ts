import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dingtalkAccount } from '../../contracts/accounts.ts';
import type { Delivery } from '../../contracts/delivery.ts';
import { createEgress, type Egress } from '../../services/egress/index.ts';
import { type FakeDingtalk, startFakeDingtalk } from '../../test/fakes/dingtalk/start-fake-dingtalk.ts';
import { AccessTokens } from '../access-tokens.ts';
import type { SendReceipt } from '../channel.ts';
import { DeliveryError } from '../delivery-error.ts';
import { dingtalk } from './index.ts';

let fake: FakeDingtalk;
let egress: Egress;
let tokens: AccessTokens;
let now: number;
let keys = 0;

beforeEach(async () => {
  now = 1_700_000_000_000;
  fake = await startFakeDingtalk({ clock: () => now });
  egress = createEgress({ allow: [] });
  tokens = new AccessTokens(() => now);
});
afterEach(async () => {
  await egress.close();
  await fake.close();
});

const group = { to: 'group', conversation: 'cidgroup==' };
const person = { to: 'person', staff: 'staff-1' };

/** Sends all messages of a delivery. */
async function say(change: Partial<Delivery>, cards = false): Promise<SendReceipt[]> {
  const { cardTemplateId, ...given } = fake.account;
  const account = dingtalkAccount.parse({
    id: 'ding',
    kind: 'dingtalk',
    ...given,
    ...(cards ? { cardTemplateId } : {}),
  });
  keys += 1;
  const delivery: Delivery = {
    key: `key-${keys}`,
    type: 'reply',
    account: 'ding',
    conversation: 'c',
    replyTo: person,
    runId: 'a'.repeat(26),
    text: 'hello',
    final: true,
    ...change,
  };
  const receipts: SendReceipt[] = [];
  for (const posting of dingtalk.postings(delivery, account)) {
    receipts.push(await posting.post({ egress, tokens, now }));
  }
  return receipts;
}

function session(chat: string, livesForMs = 5_400_000) {
  const until = now + livesForMs;
  const url = `${fake.origin}/robot/sendBySession?session=${fake.robots.openSession(chat, until)}`;
  return { session: { url, until } };
}

async function failureOf(saying: Promise<unknown>): Promise<DeliveryError> {
  const error = await saying.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof DeliveryError)) throw new Error(`no DeliveryError: ${error}`);
  return error;
}

describe('an answer', () => {
  it('goes by the session while it lives, with the asker mentioned', async () => {
    await say({
      replyTo: { ...group, ...session('group cidgroup==') },
      text: '**done**',
      asker: { id: 'staff-1', name: '小明' },
    });
    expect(fake.ledger.seen).toMatchObject([
      {
        chat: 'group cidgroup==',
        kind: 'markdown',
        text: '@staff-1 **done**',
        mentions: ['staff-1'],
        via: 'session',
      },
    ]);
    expect(fake.calls).toEqual(['session']);
  });

  it('goes by the OpenAPI in the last minute of the session, and after', async () => {
    const address = { ...group, ...session('group cidgroup==') };
    now += 5_400_000 - 59_000;
    await say({ replyTo: address, asker: { id: 'staff-1', name: '小明' } });
    now += 120_000;
    await say({ replyTo: address });
    expect(fake.ledger.seen).toMatchObject([
      { kind: 'text', text: '@小明 hello', via: 'api' },
      { kind: 'text', text: 'hello', via: 'api' },
    ]);
  });

  it('goes by the OpenAPI when the session is refused', async () => {
    const address = { ...person, ...session('person staff-1') };
    fake.robots.sessions.clear();
    await say({ replyTo: address });
    expect(fake.ledger.seen).toMatchObject([{ chat: 'person staff-1', via: 'api' }]);
  });

  it('to a stranger has nowhere to go after the session', async () => {
    const error = await failureOf(say({ replyTo: { to: 'session' } }));
    expect(error).toMatchObject({ retryable: false, ambiguous: false });
  });

  it('gets a new token once when the old one is good no more', async () => {
    await say({});
    fake.expireTokens();
    await say({});
    expect(fake.ledger.seen).toHaveLength(2);
    expect(fake.calls.filter((route) => route === 'token')).toHaveLength(2);
  });

  it('shares one token among all that are sent at once', async () => {
    await Promise.all([say({}), say({}), say({})]);
    expect(fake.calls.filter((route) => route === 'token')).toHaveLength(1);
  });

  it('to somebody whom the app may not write to is a definite failure', async () => {
    fake.robots.strangers.add('staff-1');
    expect(await failureOf(say({}))).toMatchObject({ retryable: false, ambiguous: false });
  });
});

describe('a refusal', () => {
  it('above the rate of robots says when there is room again', async () => {
    const address = { ...group, ...session('group cidgroup==') };
    for (let said = 0; said < 20; said += 1) await say({ replyTo: address });
    expect(await failureOf(say({ replyTo: address }))).toMatchObject({
      retryable: true,
      retryAfterMs: 600_000,
    });
  });

  it('above the rate of the API can be tried again', async () => {
    const body = { code: 'Forbidden.AccessDenied.QpsLimitForAppkeyAndApi' };
    fake.setFail(({ route }) => (route === 'person' ? { type: 'status', status: 403, body } : undefined));
    expect(await failureOf(say({}))).toMatchObject({
      retryable: true,
      retryAfterMs: 1_000,
      ambiguous: false,
    });
  });

  it('for want of a permission cannot', async () => {
    const body = { code: 'Forbidden.AccessDenied.AccessTokenPermissionDenied' };
    fake.setFail(({ route }) => (route === 'person' ? { type: 'status', status: 403, body } : undefined));
    const error = await failureOf(say({}));
    expect(error).toMatchObject({ retryable: false });
    expect(error.message).toContain('AccessTokenPermissionDenied');
  });

  it.each([
    [
      '429',
      { type: 'status', status: 429, headers: { 'retry-after': '7' } },
      { retryAfterMs: 7_000, ambiguous: false },
    ],
    ['500 after it was done', { type: 'status', status: 500, afterwards: true }, { ambiguous: true }],
    ['a reset after it was done', { type: 'reset', afterwards: true }, { ambiguous: true }],
  ] as const)('by %s is told truthfully', async (_, fault, expected) => {
    fake.setFail(({ route }) => (route === 'person' ? fault : undefined));
    expect(await failureOf(say({}))).toMatchObject({ retryable: true, ...expected });
  });

  it.each([
    ['busy', -1, { retryable: true, retryAfterMs: 1_000 }],
    ['over the limit', '90030', { retryable: true, retryAfterMs: 600_000 }],
    ['bad words', 430102, { retryable: false }],
    ['a code that nobody told us of', 999_999, { retryable: false }],
  ])('of a session with HTTP 200 is told: %s', async (_, errcode, expected) => {
    const url = `${fake.origin}/robot/sendBySession?session=1`;
    const body = { errcode, errmsg: 'no' };
    fake.setFail(({ route }) => (route === 'session' ? { type: 'status', status: 200, body } : undefined));
    const replyTo = { to: 'session', session: { url, until: now + 5_400_000 } };
    expect(await failureOf(say({ replyTo }))).toMatchObject(expected);
  });

  it('repeats neither secrets nor addresses', async () => {
    const replyTo = { to: 'session', ...session('person staff-1') };
    fake.robots.sessions.clear();
    const { message } = await failureOf(say({ replyTo }));
    expect(message).not.toContain('session=');
    expect(message).not.toContain(fake.account.appSecret);
  });
});

describe('a card', () => {
  it('shows progress, is written anew, and is finished with the answer', async () => {
    const [shown] = await say({ replyTo: group, type: 'progress', final: false, text: 'working' }, true);
    const edits = shown?.providerId ?? '';
    await say({ replyTo: group, type: 'progress', final: false, text: 'step 2', edits }, true);
    await say({ replyTo: group, text: '**done**', edits }, true);
    expect(fake.ledger.seen).toMatchObject([
      {
        chat: 'group cidgroup==',
        kind: 'card',
        text: '**done**',
        card: { outTrackId: edits, state: 'done', versions: ['working', 'step 2', '**done**'] },
      },
    ]);
    expect(fake.refusals).toEqual([]);
  });

  it('that is shown and written twice is one, written once', async () => {
    const delivery = { key: 'same', text: 'once' };
    await say(delivery, true);
    await say(delivery, true);
    expect(fake.ledger.seen).toMatchObject([{ text: 'once', card: { versions: ['once'] } }]);
  });

  it('asks for a decision with buttons', async () => {
    const approval = { id: 'abcd2345' };
    await say(
      { replyTo: group, type: 'approval', final: false, approval, text: 'May I?', language: 'en' },
      true,
    );
    expect(fake.ledger.seen).toMatchObject([
      {
        text: 'May I?',
        card: { variables: { approval: 'abcd2345', approve: 'Approve', deny: 'Deny' }, state: 'done' },
      },
    ]);
  });

  it('that is refused for good is said as a message, which nothing takes for a card', async () => {
    const body = { code: 'param.cardTemplateIdInvalid' };
    fake.setFail(({ route }) => (route === 'card' ? { type: 'status', status: 400, body } : undefined));
    expect(await say({ text: 'all the same' }, true)).toEqual([{}]);
    expect(fake.ledger.seen).toMatchObject([{ kind: 'text', text: 'all the same' }]);
  });

  it('that is not delivered is said as a message', async () => {
    const body = { success: true, result: { deliverResults: [{ success: false, errorMsg: 'no robot' }] } };
    fake.setFail(({ route }) => (route === 'card' ? { type: 'status', status: 200, body } : undefined));
    await say({}, true);
    expect(fake.ledger.seen).toMatchObject([{ kind: 'text', text: 'hello' }]);
  });

  it('that could not be written just now is tried again', async () => {
    fake.setFail(({ route, count }) =>
      route === 'streaming' && count === 1 ? { type: 'status', status: 500 } : undefined,
    );
    const delivery = { key: 'again', text: 'at last' };
    expect(await failureOf(say(delivery, true))).toMatchObject({ retryable: true });
    await say(delivery, true);
    expect(fake.ledger.seen).toMatchObject([{ text: 'at last', card: { state: 'done' } }]);
  });
});
