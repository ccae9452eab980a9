import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dingtalkRobotAccount } from '../../contracts/accounts.ts';
import type { Delivery } from '../../contracts/delivery.ts';
import { createEgress, type Egress } from '../../services/egress/index.ts';
import { type FakeDingtalk, startFakeDingtalk } from '../../test/fakes/dingtalk/start-fake-dingtalk.ts';
import { AccessTokens } from '../access-tokens.ts';
import type { DingtalkRobotAccount } from './account.ts';
import { dingtalkRobot } from './index.ts';

let fake: FakeDingtalk;
let egress: Egress;
let now: number;

beforeEach(async () => {
  now = 1_700_000_000_000;
  fake = await startFakeDingtalk({ clock: () => now });
  egress = createEgress({ allow: [] });
});
afterEach(async () => {
  await egress.close();
  await fake.close();
});

function account(change: Partial<DingtalkRobotAccount> = {}): DingtalkRobotAccount {
  const given = { id: 'dinggroup', kind: 'dingtalk-robot', ...fake.groupRobot, oapiBaseUrl: fake.origin };
  return dingtalkRobotAccount.parse({ ...given, ...change });
}

async function say(
  text: string,
  change: Partial<DingtalkRobotAccount> = {},
  key = `key-${text.slice(0, 20)}`,
): Promise<void> {
  const delivery: Delivery = {
    key,
    type: 'reply',
    account: 'dinggroup',
    conversation: 'team',
    replyTo: dingtalkRobot.addressOf(account(), { chat: 'team' }),
    runId: 'a'.repeat(26),
    text,
    final: true,
  };
  for (const posting of dingtalkRobot.postings(delivery, account(change))) {
    await posting.post({ egress, tokens: new AccessTokens(), now });
  }
}

describe('the robot of a group', () => {
  it('says things, signed in the query', async () => {
    await say('# Report\n\nAll is well');
    expect(fake.ledger.seen).toMatchObject([
      { chat: 'robot', title: 'Report', text: '# Report\n\nAll is well' },
    ]);
    expect(fake.refusals).toEqual([]);
  });

  it('says the same delivery once', async () => {
    await say('once', {}, 'key');
    await say('once', {}, 'key');
    expect(fake.ledger.seen).toHaveLength(1);
  });

  it('splits a text of 100 KB', async () => {
    await say('很长的一段文字。\n\n'.repeat(4_000));
    expect(fake.ledger.seen.length).toBeGreaterThan(8);
    expect(fake.refusals).toEqual([]);
  });

  it('hears nobody, and says no progress', () => {
    expect(dingtalkRobot.receive).toBeUndefined();
    const progress = { type: 'progress', text: 'working', replyTo: {} };
    expect(dingtalkRobot.postings({ ...progress, key: 'k' } as Delivery, account())).toEqual([]);
  });

  it.each([
    ['a token that does not exist', { accessToken: 'another' }, { retryable: false, permanent: true }],
    ['another secret', { secret: 'SECanother' }, { retryable: false, permanent: false }],
  ])('with %s fails for good', async (_, change, expected) => {
    await expect(say('hello', change)).rejects.toMatchObject(expected);
  });

  it('with a clock that is wrong says so', async () => {
    now += 7_200_000;
    const fast = now;
    now -= 7_200_000;
    const [posting] = dingtalkRobot.postings(
      { type: 'reply', text: 'hello', key: 'k', replyTo: {} } as Delivery,
      account(),
    );
    const sent = posting?.post({ egress, tokens: new AccessTokens(), now: fast });
    await expect(sent).rejects.toThrow(/clock/);
  });

  it('waits ten minutes after it said too much', async () => {
    for (let said = 0; said < 20; said += 1) await say(`${said}`);
    await expect(say('one more')).rejects.toMatchObject({ retryable: true, retryAfterMs: 600_000 });
  });

  it('never says more than 20 in a minute', () => {
    const { capacity = 0, perMinute = 0 } = dingtalkRobot.limits(account(), 'group').account ?? {};
    expect(capacity + perMinute).toBeLessThanOrEqual(20);
  });
});

describe('what can be known of the account', () => {
  it.each([
    ['', 'SECfake'],
    ['undefined', 'SECfake'],
    ['https://oapi.dingtalk.com/robot/send?access_token=x', 'SECfake'],
    ['token', ''],
    ['token', 'fake'],
  ])('is that it cannot start with token "%s" and secret "%s"', (accessToken, secret) => {
    const [problem, ...more] = dingtalkRobot.problems(account({ accessToken, secret }));
    expect(more).toEqual([]);
    expect(problem).not.toContain('fake');
  });

  it('is whether token and signature are right, without a word in the group', async () => {
    const check = (change = {}) =>
      dingtalkRobot.check?.(account(change), { egress, tokens: new AccessTokens(), now });
    expect(dingtalkRobot.problems(account())).toEqual([]);
    expect(await check()).toMatchObject([{ ok: true }]);
    expect(await check({ accessToken: 'another' })).toMatchObject([{ ok: false, detail: /no such robot/ }]);
    expect(await check({ secret: 'SECanother' })).toMatchObject([
      { ok: false, detail: /signature is wrong/ },
    ]);
    expect(fake.ledger.seen).toEqual([]);
  });
});
