import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Delivery, wecomBotAccount } from '../../contracts/index.ts';
import { createEgress } from '../../services/egress/index.ts';
import { wecomAccounts } from '../../test/fakes/wecom/people.ts';
import { startWecomServer, type WecomServer } from '../../test/fakes/wecom/server.ts';
import { AccessTokens } from '../access-tokens.ts';
import { DeliveryError } from '../delivery-error.ts';
import type { BotAccount } from './account.ts';
import { wecomBot } from './index.ts';
import { responseUrls } from './response-urls.ts';

let server: WecomServer;
let now: number;
const egress = createEgress({ allow: [] });

beforeEach(async () => {
  now = Date.now();
  server = await startWecomServer({ clock: () => now });
});
afterEach(() => server.close());

const called = () => wecomBotAccount.parse({ id: 'b1', ...wecomAccounts(server).calledBot });
/** Its connection is somewhere else. */
const connected = () => wecomBotAccount.parse({ id: 'b2', ...wecomAccounts(server).connectedBot });

function address(rest: object = {}) {
  const responseUrl = `${server.url}/cgi-bin/aibot/response?response_code=${server.codes.issue('ada')}`;
  return { chat: 'user:ada', responseUrl, expires: now + 3_600_000, ...rest };
}

async function say(account: BotAccount, change: Partial<Delivery>): Promise<DeliveryError | undefined> {
  const delivery: Delivery = {
    key: 'k1',
    type: 'reply',
    account: account.id,
    conversation: 'user:ada',
    replyTo: {},
    runId: 'r'.repeat(26),
    text: 'hello',
    final: true,
    ...change,
  };
  try {
    for (const posting of wecomBot.postings(delivery, account)) {
      await posting.post({ egress, tokens: new AccessTokens(() => now), now });
    }
    return undefined;
  } catch (error) {
    if (error instanceof DeliveryError) return error;
    throw error;
  }
}

describe('by callback', () => {
  it('an answer goes by the address of its message, and a second one finds it spent', async () => {
    const replyTo = address();
    expect(await say(called(), { replyTo })).toBeUndefined();
    expect(await say(called(), { replyTo, key: 'k2' })).toMatchObject({ retryable: false });
    expect(server.seen.contents('ada')).toEqual(['hello']);
  });

  it('a second one goes by an unused address of the same chat', async () => {
    const replyTo = address();
    await say(called(), { replyTo });
    responseUrls.note('b1', address());
    expect(await say(called(), { replyTo, key: 'k2', text: 'two' })).toBeUndefined();
    expect(server.seen.contents('ada')).toEqual(['hello', 'two']);
  });

  it('nothing is said after the hour', async () => {
    const replyTo = address();
    now += 3_600_001;
    expect(await say(called(), { replyTo })).toMatchObject({ retryable: false });
    expect(server.calls).toEqual([]);
  });

  it('what arrived although nobody heard so is not said again, and counts as said', async () => {
    const replyTo = address();
    server.setFail(({ attempt }) => (attempt === 1 ? { type: 'after-delivery', status: 502 } : undefined));
    expect(await say(called(), { replyTo })).toMatchObject({ retryable: true, ambiguous: true });
    expect(await say(called(), { replyTo })).toBeUndefined();
    expect(server.seen.contents('ada')).toEqual(['hello']);
  });

  it('is tried again when the platform is busy', async () => {
    const replyTo = address();
    server.setFail(({ attempt }) =>
      attempt === 1 ? { type: 'answer', answer: { errcode: 45009, errmsg: '' } } : undefined,
    );
    expect(await say(called(), { replyTo })).toMatchObject({ retryable: true, retryAfterMs: 60_000 });
    expect(await say(called(), { replyTo })).toBeUndefined();
  });
});

describe('where another process owns the connection', () => {
  it('an answer goes by the address of its message', async () => {
    expect(await say(connected(), { replyTo: address({ reqId: 'req-1' }) })).toBeUndefined();
    expect(server.seen.in('ada')).toMatchObject([{ content: 'hello', by: 'response_url' }]);
  });

  it.each<[string, Partial<Delivery>]>([
    ['progress', { type: 'progress', final: false, replyTo: { chat: 'user:ada', reqId: 'req-1' } }],
    ['what is said unasked', { replyTo: { chat: 'user:ada' } }],
  ])('%s is left to a later try', async (_, change) => {
    expect(await say(connected(), change)).toMatchObject({
      retryable: true,
      ambiguous: false,
      retryAfterMs: 1_000,
    });
  });
});
