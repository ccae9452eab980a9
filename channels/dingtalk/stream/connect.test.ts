import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dingtalkAccount } from '../../../contracts/accounts.ts';
import { createEgress, type Egress } from '../../../services/egress/index.ts';
import { createLogger } from '../../../services/telemetry/index.ts';
import { pressBody, robotBody } from '../../../test/fakes/dingtalk/sayings.ts';
import { type FakeDingtalk, startFakeDingtalk } from '../../../test/fakes/dingtalk/start-fake-dingtalk.ts';
import { AccessTokens } from '../../access-tokens.ts';
import type { ConnectDependencies, Connection, ParsedMessage } from '../../channel.ts';
import { approvalCard } from '../approval-card.ts';
import { connect, type StreamPace } from './connect.ts';
import { topics } from './frame.ts';

let fake: FakeDingtalk;
let egress: Egress;
let connection: Connection | undefined;
let taken: ParsedMessage[];
let ignored: string[];
let alive: number;
let take: ConnectDependencies['take'];

beforeEach(async () => {
  fake = await startFakeDingtalk();
  fake.gateway.pingMs = 50;
  egress = createEgress({ allow: [] });
  taken = [];
  ignored = [];
  alive = 0;
  take = async (message) => {
    taken.push(message);
  };
});
afterEach(async () => {
  await connection?.close();
  connection = undefined;
  await egress.close();
  await fake.close();
});

const pace: StreamPace = { silenceMs: 5_000, succeedMs: 5_000, retryMs: [5, 10, 20] };

async function open(change: { pace?: Partial<StreamPace>; appSecret?: string } = {}): Promise<Connection> {
  const given = { id: 'ding', kind: 'dingtalk', ...fake.account, mode: 'stream' };
  const account = dingtalkAccount.parse({
    ...given,
    ...(change.appSecret ? { appSecret: change.appSecret } : {}),
  });
  const dependencies: ConnectDependencies = {
    egress,
    tokens: new AccessTokens(),
    logger: createLogger({ level: 'silent', secrets: [] }),
    take: (message) => take(message),
    ignored: (reason) => ignored.push(reason),
    alive: () => {
      alive += 1;
    },
    clock: Date.now,
  };
  connection = await connect(account, dependencies, { ...pace, ...change.pace });
  return connection;
}

/** Whether something is so already. */
function isDone(promise: Promise<unknown>): Promise<boolean> {
  return Promise.race([
    promise.then(() => true),
    new Promise<boolean>((resolve) => setImmediate(resolve, false)),
  ]);
}

describe('a stream connection', () => {
  it('takes a message, and answers it only once it is durable', async () => {
    let durable = () => {};
    take = (message) => {
      taken.push(message);
      return new Promise((resolve) => {
        durable = resolve;
      });
    };
    await open();
    const answer = fake.gateway.push(topics.robot, fake.saying('hello', { msgId: 'm1' }));
    await expect.poll(() => taken.length).toBe(1);
    expect(await isDone(answer)).toBe(false);
    durable();
    expect(await answer).toMatchObject({ code: 200, message: 'OK', data: '{"response":null}' });
    expect(taken).toMatchObject([{ id: 'm1', text: 'hello' }]);
  });

  it('takes a message again that could not be made durable: the platform pushes it once', async () => {
    let tries = 0;
    take = async () => {
      tries += 1;
      if (tries < 3) throw new Error('Temporal is away');
    };
    await open();
    await fake.gateway.push(topics.robot, fake.saying('hello'));
    expect(tries).toBe(3);
  });

  it('does not answer what never became durable', async () => {
    take = () => Promise.reject(new Error('Temporal is away'));
    await open();
    await expect(fake.gateway.push(topics.robot, fake.saying('hello'), 500)).rejects.toThrow(
      'was not answered',
    );
  });

  it('takes a pressed button, and answers in the form that hides it', async () => {
    await open();
    const card = approvalCard({ approval: 'abcd2345', language: 'zh' }, 'key') ?? '';
    const { data } = await fake.gateway.push(topics.card, pressBody(card, 'approve', 'boss'));
    expect(JSON.parse(data)).toMatchObject({
      response: { userPrivateData: { cardParamMap: { approval: '' } } },
    });
    expect(taken).toMatchObject([{ text: '/approve abcd2345', pressed: true, sender: { id: 'boss' } }]);
  });

  it('answers what is not taken as well, and says why it is not', async () => {
    await open();
    await fake.gateway.push(topics.robot, robotBody('hello', { robotCode: 'another' }));
    await fake.gateway.push(topics.robot, { nonsense: true });
    await fake.gateway.push(topics.card, pressBody('other', 'approve'));
    expect(taken).toEqual([]);
    expect(ignored).toMatchObject([/another robot/, /msgId/, /no decision/]);
  });

  it('answers pings, and is alive with each', async () => {
    await open();
    await expect.poll(() => alive).toBeGreaterThan(3);
    expect(fake.gateway.flaws).toEqual([]);
  });

  it('has another in its place before the platform ends it, and loses nothing', async () => {
    const { ended } = await open();
    const silenceMs = 300;
    fake.gateway.disconnect(silenceMs);
    await expect.poll(() => fake.gateway.connections).toBe(2);
    await fake.gateway.push(topics.robot, fake.saying('meanwhile'));
    await expect.poll(() => fake.gateway.connections).toBe(1);
    await fake.gateway.push(topics.robot, fake.saying('after'));
    expect(taken.map(({ text }) => text)).toEqual(['meanwhile', 'after']);
    expect(await isDone(ended)).toBe(false);
  });

  it('goes on when the old one falls silent and is never ended', async () => {
    const { ended } = await open({ pace: { silenceMs: 300 } });
    fake.gateway.forget();
    await expect.poll(() => fake.gateway.connections).toBe(2);
    await expect.poll(() => fake.gateway.connections).toBe(1);
    expect(await isDone(ended)).toBe(false);
  });

  it('ends with the old one when none can take its place', async () => {
    const { ended } = await open({ pace: { succeedMs: 100 } });
    fake.setFail(({ route }) => (route === 'open' ? { type: 'status', status: 503 } : undefined));
    fake.gateway.disconnect(200);
    expect(await ended).toMatch(/was closed/);
  });

  it('ends when the platform drops it', async () => {
    const { ended } = await open();
    fake.gateway.drop();
    expect(await ended).toMatch(/was closed/);
  });

  it('ends when the platform falls silent without a word', async () => {
    const { ended } = await open({ pace: { silenceMs: 200 } });
    fake.gateway.isStalled = true;
    expect(await ended).toBe('nothing was heard of the platform for 200 ms');
    await expect.poll(() => fake.gateway.connections).toBe(0);
  });

  it('finishes what it is taking when it is closed', async () => {
    let durable = () => {};
    take = (message) => {
      taken.push(message);
      return new Promise((resolve) => {
        durable = resolve;
      });
    };
    const opened = await open();
    const answer = fake.gateway.push(topics.robot, fake.saying('hello'));
    await expect.poll(() => taken.length).toBe(1);
    const closed = opened.close();
    expect(await isDone(closed)).toBe(false);
    durable();
    await closed;
    expect(await answer).toMatchObject({ code: 200 });
    expect(fake.gateway.connections).toBe(0);
  });

  it('does not open with wrong credentials, and leaves nothing behind', async () => {
    await expect(open({ appSecret: 'wrong' })).rejects.toMatchObject({
      name: 'DeliveryError',
      retryable: false,
    });
    expect(fake.gateway.connections).toBe(0);
  });
});
