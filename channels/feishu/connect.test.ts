import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { feishuAccount } from '../../contracts/accounts.ts';
import { createEgress, type Egress } from '../../services/egress/index.ts';
import { createLogger } from '../../services/telemetry/index.ts';
import { eventOf } from '../../test/fakes/feishu/events.ts';
import { type FakeFeishu, startFakeFeishu } from '../../test/fakes/feishu/index.ts';
import { encrypt } from '../../test/fakes/feishu/signed.ts';
import { AccessTokens } from '../access-tokens.ts';
import type { Connection, ParsedMessage } from '../channel.ts';
import type { FeishuAccount } from './account.ts';
import { connect } from './connect.ts';

let platform: FakeFeishu;
let egress: Egress;
let account: FeishuAccount;
const open = new Set<Connection>();

beforeAll(async () => {
  platform = await startFakeFeishu({ encryptKey: 'key' });
  egress = createEgress({ allow: [] });
  account = feishuAccount.parse({ ...platform.account, id: 'fs' });
});
afterEach(async () => {
  platform.setFault(undefined);
  platform.connections.isStalled = false;
  for (const connection of open) await connection.close();
  open.clear();
  await expect.poll(() => platform.connections.clients.size).toBe(0);
});
afterAll(async () => {
  await egress.close();
  await platform.close();
});

/** A connected bot, and what it took. */
async function connected(
  take: (message: ParsedMessage) => Promise<void> = async () => {},
  change: Partial<FeishuAccount> = {},
) {
  const taken: ParsedMessage[] = [];
  const ignored: string[] = [];
  let signs = 0;
  const connection = await connect(
    { ...account, ...change },
    {
      egress,
      tokens: new AccessTokens(),
      logger: createLogger({ level: 'silent', secrets: [] }),
      take: async (message) => {
        await take(message);
        taken.push(message);
      },
      ignored: (reason) => ignored.push(reason),
      alive: () => {
        signs += 1;
      },
      clock: Date.now,
    },
  );
  open.add(connection);
  return { connection, taken, ignored, signs: () => signs };
}

describe('a long connection', () => {
  it('takes what people write, and acknowledges it', async () => {
    const { taken, signs } = await connected();
    expect(await platform.say({ id: 'om_1', text: 'hello' })).toMatchObject({ code: 200 });
    expect(taken).toMatchObject([{ id: 'om_1', text: 'hello', mentioned: true }]);
    expect(signs()).toBeGreaterThan(0);
  });

  it('takes an event that comes in pieces', async () => {
    const { taken } = await connected();
    await platform.say({ text: '你好 🙂'.repeat(2_000) }, { fragments: 7 });
    expect(taken[0]?.text).toBe('你好 🙂'.repeat(2_000));
  });

  it('takes an event that is encrypted', async () => {
    const { taken } = await connected();
    const event = platform.eventOf({ id: 'om_sealed', text: 'hello' });
    await platform.connections.push({ encrypt: encrypt('key', JSON.stringify(event)) });
    expect(taken[0]?.id).toBe('om_sealed');
  });

  it('knows its own bot among others', async () => {
    const { taken } = await connected();
    const group = { chat: 'oc_group', chatType: 'group' as const, text: '@_user_1 hi' };
    const mention = { key: '@_user_1', name: 'x', type: 'bot' as const };
    await platform.say({ ...group, mentions: [{ ...mention, openId: platform.app.botOpenId }] });
    await platform.say({ ...group, mentions: [{ ...mention, openId: 'ou_other' }] });
    expect(taken.map(({ mentioned }) => mentioned)).toEqual([true, false]);
  });

  it('does not acknowledge what could not be made durable', async () => {
    let isAway = true;
    const { taken } = await connected(async () => {
      if (isAway) throw new Error('the server is away');
    });
    expect(await platform.say({ id: 'om_2', text: 'hello' })).toMatchObject({ code: 500 });
    isAway = false;
    expect(await platform.say({ id: 'om_2', text: 'hello' })).toMatchObject({ code: 200 });
    expect(taken.map(({ id }) => id)).toEqual(['om_2']);
  });

  it('hears a button and shows that it was heard', async () => {
    const { taken } = await connected();
    const value = { decision: 'deny', approval: 'abcd2345' };
    platform.messages.add({
      id: 'om_card',
      chat: 'oc_1',
      from: 'bot',
      type: 'interactive',
      text: '',
      buttons: [{ label: 'Deny', value }],
      earlier: [],
      reactions: [],
      at: 0,
    });
    const ack = await platform.press({ message: 'om_card', label: 'Deny' });
    expect(ack).toMatchObject({ code: 200, data: { toast: { type: 'info' } } });
    expect(taken).toMatchObject([{ text: '/deny abcd2345', pressed: true }]);
  });

  it('passes over what is of no interest, and says so', async () => {
    const { taken, ignored } = await connected();
    const origin = { appId: account.appId, now: 0 };
    await platform.connections.push(eventOf('im.chat.updated_v1', origin, {}));
    await platform.connections.push(
      eventOf('im.message.receive_v1', { ...origin, appId: 'cli_ffffffffffffffff' }, {}),
    );
    await platform.connections.push({ schema: '1.0' });
    expect(taken).toEqual([]);
    expect(ignored).toEqual([
      'an event of type im.chat.updated_v1',
      'an event for another app',
      expect.stringContaining('version 2.0'),
    ]);
  });

  it('ends when the platform drops it', async () => {
    const { connection } = await connected();
    platform.connections.drop();
    expect(await connection.ended).toContain('ended');
  });

  it('finishes what is being taken when it is closed, and takes nothing more', async () => {
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    let arrived = () => {};
    const arrival = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    const { connection, taken } = await connected(() => {
      arrived();
      return held;
    });
    const ack = platform.say({ id: 'om_last', text: 'hello' });
    await arrival;
    const closed = connection.close();
    expect(await platform.say({ text: 'too late' })).toMatchObject({ code: 500 });
    release();
    expect(await ack).toMatchObject({ code: 200 });
    await closed;
    expect(taken.map(({ id }) => id)).toEqual(['om_last']);
    await expect.poll(() => platform.connections.clients.size).toBe(0);
  });

  it('hears that the platform is there when nobody writes', async () => {
    const before = platform.connections.settings;
    platform.connections.settings = { ...before, PingInterval: 0.2 };
    const { signs } = await connected();
    await expect.poll(signs).toBeGreaterThan(2);
    platform.connections.settings = before;
  });

  it.each([
    ['the secret is wrong', () => ({ appSecret: 'hunter22' }), { retryable: false }],
    [
      'the platform is busy',
      () =>
        platform.setFault(({ path }) =>
          path.startsWith('/callback') ? { type: 'status', value: 503 } : undefined,
        ),
      { retryable: true },
    ],
    [
      'the app may not connect',
      () =>
        platform.setFault(({ path }) =>
          path.startsWith('/callback') ? { type: 'code', value: 403 } : undefined,
        ),
      { retryable: false },
    ],
    ['the socket does not open', () => platform.connections.refuse(), { retryable: true }],
  ])('is not there when %s', async (_, arrange, expected) => {
    const change = arrange();
    const opened = platform.connections.opened;
    await expect(connected(undefined, change ?? {})).rejects.toMatchObject({
      name: 'DeliveryError',
      ...expected,
    });
    expect(platform.connections.opened).toBe(opened);
    expect(platform.connections.clients.size).toBe(0);
  });
});
