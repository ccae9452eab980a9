import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { wecomBotAccount } from '../../contracts/index.ts';
import { createEgress } from '../../services/egress/index.ts';
import { createLogger } from '../../services/telemetry/index.ts';
import { pressInBot, wecomAccounts, writeToBot } from '../../test/fakes/wecom/people.ts';
import { startWecomServer, type WecomServer } from '../../test/fakes/wecom/server.ts';
import { AccessTokens } from '../access-tokens.ts';
import type { ConnectDependencies, Connection, ParsedMessage } from '../channel.ts';
import type { BotAccount } from './account.ts';
import { connect } from './connect.ts';
import { connectionOf } from './connections.ts';

let server: WecomServer;
let taken: ParsedMessage[];
let reasons: string[];
let dependencies: ConnectDependencies;
let open: Connection[];

beforeEach(async () => {
  server = await startWecomServer();
  taken = [];
  reasons = [];
  open = [];
  dependencies = {
    egress: createEgress({ allow: [] }),
    tokens: new AccessTokens(),
    logger: createLogger({ level: 'fatal', secrets: [] }),
    take: async (message) => {
      taken.push(message);
    },
    ignored: (reason) => reasons.push(reason),
    alive: () => undefined,
    clock: Date.now,
  };
});
afterEach(async () => {
  await Promise.all(open.map((connection) => connection.close()));
  await dependencies.egress.close();
  await server.close();
});

function account(change: Partial<BotAccount> = {}): BotAccount {
  return wecomBotAccount.parse({ id: 'unit-bot', ...wecomAccounts(server).connectedBot, ...change });
}

async function start(to = account(), change: Partial<ConnectDependencies> = {}): Promise<Connection> {
  const connection = await connect(to, { ...dependencies, ...change });
  open.push(connection);
  return connection;
}

describe('connect', () => {
  it('takes messages, each with what an answer repeats', async () => {
    await start();
    const id = writeToBot(server, 'hello');
    await expect.poll(() => taken).toMatchObject([{ id, text: 'hello', replyTo: { chat: 'user:ada' } }]);
    expect(taken[0]?.replyTo.reqId).toEqual(expect.any(String));
  });

  it('resolves once the platform knows the bot, and this process owns it then', async () => {
    await start();
    expect(server.bot.isLive).toBe(true);
    expect(connectionOf('unit-bot')).toBeDefined();
  });

  it('fails with a Secret that is not right, without repeating it', async () => {
    const error = await start(account({ secret: 'hunter22' })).catch((thrown: unknown) => thrown);
    expect(String(error)).toContain('Bot ID and Secret');
    expect(String(error)).not.toContain('hunter22');
    expect(connectionOf('unit-bot')).toBeUndefined();
  });

  it('fails where nobody listens', async () => {
    await expect(start(account({ wsUrl: 'ws://127.0.0.1:9' }))).rejects.toThrow('no connection');
  });

  it('ends when another connection of the bot takes its place, which then owns it', async () => {
    const first = await start();
    const second = await start();
    expect(await first.ended).toContain('another connection');
    const message = writeToBot(server, 'hello');
    await expect.poll(() => taken.map(({ id }) => id)).toEqual([message]);
    expect(connectionOf('unit-bot')).toBeDefined();
    await second.close();
    expect(connectionOf('unit-bot')).toBeUndefined();
  });

  it('ends when the connection breaks', async () => {
    const connection = await start();
    server.bot.cut();
    expect(await connection.ended).toContain('closed');
  });

  it('tries again to take what could not be made durable, since the platform sends nothing twice', async () => {
    let tries = 0;
    await start(account(), {
      take: async (message) => {
        tries += 1;
        if (tries < 3) throw new Error('not durable');
        taken.push(message);
      },
    });
    writeToBot(server, 'hello');
    await expect.poll(() => taken.length, { timeout: 5_000 }).toBe(1);
    expect(tries).toBe(3);
  });

  it('takes what is said in one chat in the order in which it came', async () => {
    let tries = 0;
    await start(account(), {
      take: async (message) => {
        tries += 1;
        if (tries === 1) throw new Error('not durable');
        taken.push(message);
      },
    });
    const ids = ['one', 'two', 'three'].map((text) => writeToBot(server, text));
    const elsewhere = writeToBot(server, 'hello', { user: 'bob' });
    await expect.poll(() => taken.map(({ id }) => id), { timeout: 5_000 }).toEqual([elsewhere, ...ids]);
  });

  it('closes once what it was taking is taken, and takes nothing more', async () => {
    let goOn: () => void = () => {};
    const gate = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    let isTaking = false;
    const connection = await start(account(), {
      take: async (message) => {
        isTaking = true;
        await gate;
        taken.push(message);
      },
    });
    writeToBot(server, 'hello');
    await expect.poll(() => isTaking).toBe(true);
    const closed = connection.close();
    goOn();
    await closed;
    expect(taken).toHaveLength(1);
    await expect.poll(() => server.bot.isLive).toBe(false);
  });

  it('puts another card where a button was pressed, and takes the decision', async () => {
    await start();
    server.bot.push('aibot_msg_callback', 'ada', {});
    const socket = connectionOf('unit-bot');
    const card = {
      card_type: 'button_interaction',
      main_title: { title: 'Pay?' },
      task_id: 'errand-1',
      button_list: [{ text: 'Approve', style: 1, key: 'approve:abcd2345:en' }],
    };
    const message = { chatid: 'ada', chat_type: 1, msgtype: 'template_card', template_card: card };
    expect(await socket?.call('aibot_send_msg', message)).toEqual({ errcode: 0, errmsg: 'ok' });
    pressInBot(server, 'errand-1', 'approve:abcd2345:en');
    await expect.poll(() => taken).toMatchObject([{ text: '/approve abcd2345', pressed: true }]);
    await expect.poll(() => server.seen.in('ada')[0]?.buttons).toEqual({ 'Sent: approve': 'decided' });
  });

  it('says why something that came is of no interest', async () => {
    await start();
    server.bot.push('aibot_event_callback', 'ada', {
      msgid: '1',
      from: { userid: 'ada' },
      msgtype: 'event',
      event: { eventtype: 'enter_chat' },
    });
    server.bot.push('aibot_msg_callback', 'ada', { nonsense: true });
    await expect
      .poll(() => reasons)
      .toEqual(['an event: enter_chat', expect.stringContaining('not a message')]);
  });
});
