import { expect, it } from 'vitest';
import { accountConfig, type Delivery } from '../contracts/index.ts';
import { createEgress } from '../services/egress/index.ts';
import { AccessTokens } from './access-tokens.ts';
import { defineChannel } from './define-channel.ts';
import { createSender } from './send.ts';

const account = accountConfig.parse({ id: 'a', kind: 'webhook', secret: 's' });
const delivery: Delivery = {
  key: 'k',
  type: 'reply',
  account: 'a',
  conversation: 'c',
  replyTo: {},
  runId: 'r'.repeat(26),
  text: 'one two three four',
  final: true,
};

it('stops where a slow platform took too long, and says the rest at the next try', async () => {
  let now = 0;
  const said: string[] = [];
  const channel = defineChannel({
    kind: 'webhook',
    problems: () => [],
    addressOf: () => ({}),
    compose: ({ text }) => text.split(' '),
    async post(word: string) {
      now += 3_000;
      said.push(word);
      return { providerId: word };
    },
  });
  const send = createSender({
    accounts: new Map([['a', account]]),
    channelOf: () => channel,
    egress: createEgress({ allow: [] }),
    tokens: new AccessTokens(),
    clock: () => now,
  });
  let posted = 0;
  const say = () => send(delivery, { posted, onPosted: (count) => (posted = count) });
  await expect(say()).rejects.toMatchObject({ retryable: true, retryAfterMs: 0, ambiguous: false });
  expect(said).toEqual(['one', 'two']);
  expect(await say()).toEqual({ providerId: 'three' });
  expect(said).toEqual(['one', 'two', 'three', 'four']);
});
