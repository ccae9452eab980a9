import { describe, expect, it } from 'vitest';
import { type JsonObject, wecomBotAccount } from '../../contracts/index.ts';
import {
  botCallback,
  type CallbackSecrets,
  openAnswer,
  verification,
} from '../../test/fakes/wecom/callbacks.ts';
import { vector } from '../../test/fakes/wecom/vector.ts';
import type { ChannelRequest, ReceiveResult } from '../channel.ts';
import type { BotAccount } from './account.ts';
import { receive } from './receive.ts';

const timestamp = 1_700_000_000;
const now = timestamp * 1_000 + 500;
const secrets: CallbackSecrets = {
  token: vector.token,
  encodingAesKey: vector.encodingAesKey,
  receiveId: '',
};
const responseUrl = 'https://qyapi.weixin.qq.com/cgi-bin/aibot/response?response_code=CODE';

function account(change: Partial<BotAccount> = {}): BotAccount {
  return wecomBotAccount.parse({
    id: 'wcbot',
    kind: 'wecom-bot',
    mode: 'webhook',
    botId: 'aib1',
    token: vector.token,
    encodingAesKey: vector.encodingAesKey,
    ...change,
  });
}

function text(change: JsonObject = {}): JsonObject {
  return {
    msgid: 'CAIQ16HMjQYY/NGagIOAgAMgq4KM0AI=',
    aibotid: 'aib1',
    chattype: 'single',
    from: { userid: 'ada' },
    response_url: responseUrl,
    msgtype: 'text',
    text: { content: 'hello' },
    ...change,
  };
}

function genuine(event: unknown, to = account(), keys = secrets): ReceiveResult {
  const { query, body } = botCallback(keys, event, { timestamp });
  return receive({ method: 'POST', headers: {}, query, rawBody: Buffer.from(body), now }, to);
}

function messageOf(result: ReceiveResult) {
  if (result.type !== 'message') throw new Error(JSON.stringify(result));
  return result.message;
}

function statusOf(result: ReceiveResult): number | string {
  return result.type === 'refused' ? result.status : result.type;
}

describe('receive', () => {
  it('makes a message of a genuine callback, with the address that takes one answer within the hour', () => {
    expect(messageOf(genuine(text()))).toMatchObject({
      id: 'CAIQ16HMjQYY/NGagIOAgAMgq4KM0AI=',
      chat: { id: 'user:ada', type: 'direct' },
      sender: { id: 'ada' },
      text: 'hello',
      mentioned: true,
      replyTo: { chat: 'user:ada', responseUrl, expires: now + 3_600_000 },
    });
  });

  it('answers nothing, for what is said goes by response_url', () => {
    const result = genuine(text());
    if (result.type !== 'message') throw new Error(result.type);
    expect(result.respond()).toMatchObject({ status: 200, body: '' });
  });

  it('keeps no token and no address for diagnosis', () => {
    expect(JSON.stringify(messageOf(genuine(text())).raw)).not.toContain('response');
  });

  it('knows a group, and takes the mention of the bot off its text', () => {
    const event = text({ chattype: 'group', chatid: 'wr123', text: { content: '@Robot 明天天气如何' } });
    expect(messageOf(genuine(event))).toMatchObject({
      chat: { id: 'group:wr123', type: 'group' },
      text: '明天天气如何',
      language: 'zh',
      mentioned: true,
    });
  });

  it('answers the address question of a bot, which has no receiver', () => {
    const ask = (keys: CallbackSecrets) => {
      const { query } = verification(keys, '4711', { timestamp });
      return receive({ method: 'GET', headers: {}, query, rawBody: Buffer.alloc(0), now }, account());
    };
    const result = ask(secrets);
    if (result.type !== 'ignored') throw new Error(result.type);
    expect(result.respond().body).toBe('4711');
    expect(statusOf(ask({ ...secrets, receiveId: 'ww-corp' }))).toBe(401);
  });

  it.each([
    ['of an app, not of a bot', text(), { ...secrets, receiveId: 'ww-corp' }],
    ['for another bot', text({ aibotid: 'aib2' }), secrets],
    ['signed with another Token', text(), { ...secrets, token: 'other' }],
  ])('answers 401 to what is %s', (_, event, keys) => {
    expect(statusOf(genuine(event, account(), keys))).toBe(401);
  });

  it('believes the signature over what came, however the JSON around it is written', () => {
    const { query, body } = botCallback(secrets, text(), { timestamp });
    const request: ChannelRequest = {
      method: 'POST',
      headers: {},
      query,
      rawBody: Buffer.from(`\n${JSON.stringify(JSON.parse(body), null, 2)} `),
      now,
    };
    expect(statusOf(receive(request, account()))).toBe('message');
  });

  it.each([
    ['missing', {}],
    ['wrong', { msg_signature: '0'.repeat(40), timestamp: String(timestamp), nonce: 'n' }],
  ])('answers 401 to a signature that is %s', (_, query) => {
    const { body } = botCallback(secrets, text(), { timestamp });
    expect(
      statusOf(receive({ method: 'POST', headers: {}, query, rawBody: Buffer.from(body), now }, account())),
    ).toBe(401);
  });

  it('answers 401 to a signature that is stale', () => {
    const { query, body } = botCallback(secrets, text(), { timestamp: timestamp - 3_601 });
    expect(
      statusOf(receive({ method: 'POST', headers: {}, query, rawBody: Buffer.from(body), now }, account())),
    ).toBe(401);
  });

  it.each(['', ' ', 'undefined'])(
    'believes nobody when the token is "%s", or the account connects instead',
    (token) => {
      expect(statusOf(genuine(text(), account({ token }), { ...secrets, token }))).toBe(401);
      expect(statusOf(genuine(text(), account({ mode: 'connection' })))).toBe(401);
    },
  );

  it.each([
    ['not an object', 'hello'],
    ['without a sender', text({ from: {} })],
    ['without an id', text({ msgid: '' })],
    ['with words that are none', text({ text: { content: 5 } })],
  ])('answers 400 to a genuine message that is %s', (_, event) => {
    expect(statusOf(genuine(event))).toBe(400);
  });

  it.each([
    ['http://qyapi.weixin.qq.com/cgi-bin/aibot/response'],
    ['https://qyapi.weixin.qq.com.evil.example/cgi-bin/aibot/response'],
    ['https://qyapi.weixin.qq.com@evil.example/'],
    ['https://evil.example/?https://qyapi.weixin.qq.com'],
    ['http://169.254.169.254/latest'],
    ['https://user:pass@qyapi.weixin.qq.com/'],
    ['not a url'],
  ])('keeps no response_url that leads elsewhere: %s', (url) => {
    expect(messageOf(genuine(text({ response_url: url }))).replyTo).toEqual({ chat: 'user:ada' });
  });

  it("keeps one that leads to the account's own platform", () => {
    const url = 'https://wecom.example.com/cgi-bin/aibot/response?response_code=1';
    const to = account({ baseUrl: 'https://wecom.example.com/prefix' });
    expect(messageOf(genuine(text({ response_url: url }), to)).replyTo).toMatchObject({ responseUrl: url });
  });
});

describe('a pressed button', () => {
  const press = (event_key: string) =>
    genuine(
      text({
        msgtype: 'event',
        event: { eventtype: 'template_card_event', template_card_event: { event_key, task_id: 'errand-k' } },
      }),
    );

  it('is the command that it stands for', () => {
    expect(messageOf(press('deny:abcd2345:zh'))).toMatchObject({
      text: '/deny abcd2345',
      language: 'zh',
      pressed: true,
    });
  });

  it('puts another card in its place, in an answer that the platform can open', () => {
    const result = press('approve:abcd2345:zh');
    if (result.type !== 'message') throw new Error(result.type);
    const { encrypt, msgsignature, timestamp: time, nonce } = JSON.parse(result.respond().body);
    const inner = openAnswer(secrets, {
      encrypted: encrypt,
      signature: msgsignature,
      timestamp: String(time),
      nonce,
    });
    expect(JSON.parse(inner)).toMatchObject({
      response_type: 'update_template_card',
      // For nobody else: who may decide keeps the buttons when somebody presses who may not.
      userids: ['ada'],
      template_card: { task_id: 'errand-k', button_list: [{ text: '已提交：批准' }] },
    });
  });

  it('that is none of ours is of no interest', () => {
    expect(statusOf(press('decided'))).toBe('ignored');
  });
});
