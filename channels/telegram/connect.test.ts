import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { telegramAccount } from '../../contracts/index.ts';
import { createEgress } from '../../services/egress/index.ts';
import { createLogger } from '../../services/telemetry/index.ts';
import { startTelegramServer, type TelegramServer } from '../../test/fakes/telegram/telegram-server.ts';
import { mentionUpdate, messageUpdate, pressUpdate } from '../../test/fakes/telegram/telegram-updates.ts';
import { AccessTokens } from '../access-tokens.ts';
import type { ConnectDependencies, Connection, ParsedMessage } from '../channel.ts';
import { connect } from './connect.ts';

let server: TelegramServer;
let taken: ParsedMessage[];
let reasons: string[];
let dependencies: ConnectDependencies;
let open: Connection[];

beforeEach(async () => {
  server = await startTelegramServer();
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

async function start(change: Partial<ConnectDependencies> = {}): Promise<Connection> {
  const { botToken, url: baseUrl } = server;
  const account = telegramAccount.parse({ id: 'tg', kind: 'telegram', botToken, baseUrl });
  const connection = await connect(account, { ...dependencies, ...change });
  open.push(connection);
  return connection;
}

const texts = () => taken.map(({ text }) => text);

describe('polling', () => {
  it('takes messages in order, confirms them, and asks Telegram for the name that it is mentioned by', async () => {
    server.push(messageUpdate('one'), mentionUpdate('two'), messageUpdate('three'));
    await start();
    await expect.poll(texts).toEqual(['one', 'two', 'three']);
    await expect.poll(() => server.pending()).toBe(0);
    expect(taken.map(({ mentioned }) => mentioned)).toEqual([true, true, true]);
    const other = '@some_other_bot';
    const entities = [{ type: 'mention', offset: 0, length: other.length }];
    server.push(mentionUpdate('x', { text: other, entities }));
    await expect.poll(() => taken.at(-1)).toMatchObject({ text: other, mentioned: false });
    expect(server.refusals).toEqual([]);
  });

  it('takes a webhook away that is in the way', async () => {
    server.setWebhook('https://old.example/hook');
    await start();
    expect(server.webhook()).toBe('');
  });

  it('confirms nothing that is not durable, and takes it again', async () => {
    let tries = 0;
    server.push(messageUpdate('one'), messageUpdate('two'), messageUpdate('three'));
    await start({
      async take(message) {
        if (message.text === 'two') {
          tries += 1;
          expect(server.pending()).toBeGreaterThanOrEqual(2);
          if (tries < 3) throw new Error('Temporal is away');
        }
        taken.push(message);
      },
    });
    await expect.poll(texts).toEqual(['one', 'two', 'three']);
    expect(tries).toBe(3);
    await expect.poll(() => server.pending()).toBe(0);
  });

  it('passes over what it cannot read, and what nobody says', async () => {
    server.push({ ...messageUpdate('x'), ...{ message: { chat: 'nonsense' } } }, messageUpdate('then'));
    await start();
    await expect.poll(texts).toEqual(['then']);
    expect(reasons).toHaveLength(1);
  });

  it('ends the waiting of a pressed button, whatever it stands for', async () => {
    server.push(
      pressUpdate('/nothing', { chat: '1', id: 1 }),
      pressUpdate('/deny abcd2345', { chat: '1', id: 1 }),
    );
    await start();
    const answered = () => server.calls.filter(({ method }) => method === 'answerCallbackQuery').length;
    await expect.poll(answered).toBe(2);
    expect(texts()).toEqual(['/deny abcd2345']);
  });

  it('goes on after Telegram failed, and after it asked to wait', async () => {
    let failures = 0;
    server.setFail((method) => {
      if (method !== 'getUpdates') return undefined;
      failures += 1;
      return ([{ type: 'reset' }, { type: 'too-many', retryAfter: 0 }, { type: 'after-delivery' }] as const)[
        failures - 1
      ];
    });
    server.push(messageUpdate('still'));
    await start();
    await expect.poll(texts).toEqual(['still']);
    expect(failures).toBeGreaterThanOrEqual(4);
  });

  it('ends, and says why, when somebody else asks for the updates', async () => {
    const first = await start();
    await expect.poll(() => server.polls()).toBe(1);
    await start();
    expect(await first.ended).toContain('Only one program');
  });

  it('does not begin with a token that is no good, and does not name it', async () => {
    server.setFail(() => ({ type: 'refused', code: 401, description: 'Unauthorized' }));
    const error = await start().catch((thrown: unknown) => thrown);
    expect(String(error)).toContain('Unauthorized');
    expect(String(error)).not.toContain(server.botToken.slice(7));
  });

  it('finishes what is being taken when it is closed, and confirms it', async () => {
    let finish: () => void = () => {};
    const held = new Promise<void>((resolve) => {
      finish = resolve;
    });
    server.push(messageUpdate('one'), messageUpdate('two'));
    const connection = await start({
      async take(message) {
        await held;
        taken.push(message);
      },
    });
    await expect.poll(() => server.calls.some(({ method }) => method === 'getUpdates')).toBe(true);
    const closed = connection.close();
    finish();
    await closed;
    expect(await connection.ended).toBe('it was closed');
    // What was not taken is there for whoever is next.
    expect(server.pending()).toBe(2 - taken.length);
    expect(taken.length).toBeLessThanOrEqual(1);
  });
});
