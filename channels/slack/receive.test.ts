import { describe, expect, it } from 'vitest';
import { slackAccount } from '../../contracts/index.ts';
import type { ChannelRequest, ParsedMessage } from '../channel.ts';
import { slack } from './index.ts';
import { sign } from './signature.ts';

const secret = '8f742231b10e8888abcd99yyyzzz85a5';
const now = 1_700_000_000_000;
const account = slackAccount.parse({
  id: 'sl',
  kind: 'slack',
  mode: 'webhook',
  botToken: 'xoxb-1',
  signingSecret: secret,
});

function request(body: string | object, change: Partial<ChannelRequest> = {}, at = now): ChannelRequest {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const rawBody = Buffer.from(text);
  const timestamp = String(Math.floor(at / 1_000));
  return {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-slack-request-timestamp': timestamp,
      'x-slack-signature': sign(secret, timestamp, rawBody),
    },
    query: {},
    rawBody,
    now,
    ...change,
  };
}

function callback(event: object): object {
  return {
    type: 'event_callback',
    event_id: 'Ev1',
    team_id: 'T1',
    authorizations: [{ user_id: 'U0BOT', is_bot: true }],
    event,
  };
}

const said = { type: 'message', user: 'U1', text: 'hi', ts: '1700000000.000100', channel: 'D1' };

function messageOf(event: object): ParsedMessage {
  const result = slack.receive?.(request(callback(event)), account);
  if (result?.type !== 'message') throw new Error(JSON.stringify(result));
  return result.message;
}

function statusOf(given: ChannelRequest): number | string | undefined {
  const result = slack.receive?.(given, account);
  return result?.type === 'refused' ? result.status : result?.type;
}

describe('a signature', () => {
  it('is the one of Slack’s own example', () => {
    const body =
      'token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c';
    expect(sign(secret, '1531420618', Buffer.from(body))).toBe(
      'v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503',
    );
  });

  it('is of the raw bytes: other white space is as good when it was signed', () => {
    expect(statusOf(request(JSON.stringify(callback(said), null, 4)))).toBe('message');
  });

  it.each([
    ['missing', { headers: {} }],
    ['of another body', { rawBody: Buffer.from('{}') }],
    ['of another version', { headers: { ...request(callback(said)).headers, 'x-slack-signature': 'v1=00' } }],
    [
      'with a time that is none',
      { headers: { ...request(callback(said)).headers, 'x-slack-request-timestamp': '1700000000.5' } },
    ],
  ])('that is %s is not believed', (_, change) => {
    expect(statusOf(request(callback(said), change))).toBe(401);
  });

  it('is good for five minutes, either way', () => {
    for (const away of [-300_000, 300_000])
      expect(statusOf(request(callback(said), {}, now + away))).toBe('message');
    for (const away of [-301_000, 301_000])
      expect(statusOf(request(callback(said), {}, now + away))).toBe(401);
  });

  it.each(['', '  ', 'undefined'])('is believed of nobody when signingSecret is "%s"', (blank) => {
    const result = slack.receive?.(request(callback(said)), { ...account, signingSecret: blank });
    expect(result).toMatchObject({ type: 'refused', status: 401 });
    expect(slack.problems({ ...account, signingSecret: blank })).toHaveLength(1);
  });
});

describe('what comes', () => {
  it('answers the check of the address', () => {
    const result = slack.receive?.(
      request({ type: 'url_verification', token: 't', challenge: 'c1' }),
      account,
    );
    if (result?.type !== 'ignored') throw new Error('it was not answered');
    expect(JSON.parse(result.respond().body)).toEqual({ challenge: 'c1' });
  });

  it('is a direct message, answered beside it', () => {
    expect(messageOf(said)).toMatchObject({
      id: 'D1:1700000000.000100',
      chat: { id: 'D1', type: 'direct' },
      sender: { id: 'U1' },
      mentioned: true,
      text: 'hi',
      replyTo: { channel: 'D1' },
    });
  });

  it('is a mention, under the same id as the message that it is, answered in its thread', () => {
    const mention = { ...said, channel: 'C1', text: '<@U0BOT> 你好 <@U2|bob> &amp; <#C2|general> <!here>' };
    const [one, other] = ['app_mention', 'message'].map((type) => messageOf({ ...mention, type }));
    expect(one).toEqual(expect.objectContaining({ ...other, raw: expect.anything() }));
    expect(one).toMatchObject({
      id: 'C1:1700000000.000100',
      chat: { id: 'C1', type: 'group', topic: '1700000000.000100' },
      mentioned: true,
      text: '你好 @bob & #general @here',
      language: 'zh',
      replyTo: { channel: 'C1', thread: '1700000000.000100' },
    });
    expect(messageOf({ ...mention, type: 'message', text: 'to <@U0BOTHER>' }).mentioned).toBe(false);
  });

  it('belongs to the thread that it is in', () => {
    const inThread = messageOf({ ...said, channel: 'C1', thread_ts: '1600000000.000001' });
    expect(inThread).toMatchObject({
      chat: { topic: '1600000000.000001' },
      quotes: '1600000000.000001',
      replyTo: { channel: 'C1', thread: '1600000000.000001' },
    });
  });

  it('has its files, which come without a text perhaps', () => {
    const file = {
      id: 'F1',
      name: 'a.png',
      mimetype: 'image/png',
      size: 5,
      url_private_download: 'https://files.slack.com/a',
    };
    expect(messageOf({ ...said, subtype: 'file_share', text: '', files: [file] }).attachments).toEqual([
      {
        kind: 'image',
        name: 'a.png',
        mimeType: 'image/png',
        bytes: 5,
        source: { id: 'F1', url: 'https://files.slack.com/a' },
      },
    ]);
  });

  it('is known to be a bot’s', () => {
    expect(messageOf({ ...said, bot_id: 'B1' }).fromBot).toBe(true);
    expect(messageOf({ ...said, subtype: 'bot_message', user: undefined, bot_id: 'B1' }).fromBot).toBe(true);
    expect(messageOf(said).fromBot).toBeUndefined();
  });

  it.each([
    ['a change', { ...said, subtype: 'message_changed' }],
    ['somebody who joined', { ...said, subtype: 'channel_join' }],
    ['a reaction', { type: 'reaction_added' }],
  ])('is ignored when it is %s', (_, event) => {
    expect(statusOf(request(callback(event)))).toBe('ignored');
  });

  it.each([
    ['nothing', ''],
    ['no JSON', '{"type":'],
    ['something else', { type: 'tickets' }],
    ['a message without a time', callback({ ...said, ts: undefined })],
  ])('is refused when it is %s', (_, body) => {
    expect(statusOf(request(body))).toBe(400);
    expect(statusOf(request(body, { method: 'GET' }))).toBe(405);
  });
});

describe('a pressed button', () => {
  const press = {
    type: 'block_actions',
    user: { id: 'U1', name: 'ada' },
    channel: { id: 'C1' },
    message: { ts: '1700000001.000001', thread_ts: '1700000000.000100' },
    actions: [{ action_id: 'decide-0', value: '/approve abcd2345', action_ts: '1700000002.000001' }],
  };
  const form = (payload: object) => {
    const body = new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
    const signed = request(body);
    const headers = { ...signed.headers, 'content-type': 'application/x-www-form-urlencoded' };
    return slack.receive?.({ ...signed, headers }, account);
  };

  it('is the command that it stands for, in the conversation that it was shown in', () => {
    expect(form(press)).toMatchObject({
      type: 'message',
      message: {
        text: '/approve abcd2345',
        pressed: true,
        sender: { id: 'U1', name: 'ada' },
        chat: { id: 'C1', type: 'group', topic: '1700000000.000100' },
        replyTo: { channel: 'C1', thread: '1700000000.000100' },
      },
    });
  });

  it('stands for nothing else', () => {
    const [action] = press.actions;
    for (const value of ['/stop', '/approve x', undefined]) {
      expect(form({ ...press, actions: [{ ...action, value }] })?.type).toBe('ignored');
    }
  });
});
