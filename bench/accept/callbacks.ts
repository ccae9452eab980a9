import { createCipheriv, createHash, createHmac, randomBytes } from 'node:crypto';
import { encrypt, getSignature } from '@wecom/crypto';
import { Webhook } from 'standardwebhooks';
import type { Json } from '../../contracts/json.ts';

/** What a person says, before its platform has written it down. */
export interface Said {
  /** Of the message, in digits: no other has it. */
  id: string;
  person: string;
  text: string;
}

/** What a platform posts. */
export interface Callback {
  /** Of the URL, with the question mark; empty without. */
  query: string;
  headers: Record<string, string>;
  body: string;
}

/** A platform that calls: an account of it, and what its callbacks look like. Genuine: signed, encrypted where it does that. */
export interface Platform {
  account: { id: string; kind: string; [setting: string]: Json };
  callback(said: Said): Callback;
}

const secret = randomBytes(16).toString('hex');
const whsec = `whsec_${randomBytes(32).toString('base64')}`;
const aesKey = randomBytes(32).toString('base64').slice(0, 43);
const json = { 'content-type': 'application/json; charset=utf-8' };
const seconds = (): string => String(Math.floor(Date.now() / 1_000));
const bodyOf = (content: unknown, headers: Record<string, string> = {}): Callback => ({
  query: '',
  headers: { ...json, ...headers },
  body: JSON.stringify(content),
});

const webhook = new Webhook(whsec);

export const platforms: readonly Platform[] = [
  {
    account: { id: 'webhook', kind: 'webhook', secret: whsec },
    callback({ id, person, text }) {
      const at = new Date();
      const callback = bodyOf({ conversation: person, sender: { id: person }, text });
      return {
        ...callback,
        headers: {
          ...callback.headers,
          'webhook-id': id,
          'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
          'webhook-signature': webhook.sign(id, at, callback.body),
        },
      };
    },
  },
  {
    account: { id: 'dingtalk', kind: 'dingtalk', mode: 'webhook', appKey: 'ding', appSecret: secret },
    callback({ id, person, text }) {
      const timestamp = String(Date.now());
      const sign = createHmac('sha256', secret).update(`${timestamp}\n${secret}`).digest('base64');
      const message = {
        conversationId: person,
        conversationType: '1',
        msgId: id,
        msgtype: 'text',
        text: { content: text },
        senderId: person,
        senderStaffId: person,
        senderNick: person,
        createAt: Date.now(),
        chatbotUserId: 'bot',
        robotCode: 'ding',
      };
      return bodyOf(message, { timestamp, sign });
    },
  },
  {
    account: {
      id: 'feishu',
      kind: 'feishu',
      mode: 'webhook',
      appId: 'cli_0123456789abcdef',
      appSecret: secret,
      encryptKey: secret,
    },
    callback({ id, person, text }) {
      const event = {
        sender: { sender_id: { open_id: person }, sender_type: 'user' },
        message: {
          message_id: id,
          chat_id: person,
          chat_type: 'p2p',
          message_type: 'text',
          content: JSON.stringify({ text }),
          create_time: String(Date.now()),
        },
      };
      const header = { event_id: id, event_type: 'im.message.receive_v1', app_id: 'cli_0123456789abcdef' };
      const callback = bodyOf({ encrypt: larkEncrypted(JSON.stringify({ schema: '2.0', header, event })) });
      const timestamp = seconds();
      const signature = createHash('sha256').update(timestamp + id + secret + callback.body);
      const lark = {
        'x-lark-request-timestamp': timestamp,
        'x-lark-request-nonce': id,
        'x-lark-signature': signature.digest('hex'),
      };
      return { ...callback, headers: { ...callback.headers, ...lark } };
    },
  },
  {
    account: {
      ...{ id: 'wecom', kind: 'wecom', corpId: 'corp', agentId: 218, secret },
      ...{ token: secret, encodingAesKey: aesKey },
    },
    callback({ id, person, text }) {
      const message =
        `<xml><ToUserName>corp</ToUserName><FromUserName>${person}</FromUserName><CreateTime>${seconds()}</CreateTime>` +
        `<MsgType>text</MsgType><Content><![CDATA[${text}]]></Content><MsgId>${id}</MsgId><AgentID>218</AgentID></xml>`;
      const { query, encrypted } = wecomSigned(message, 'corp');
      const body = `<xml><ToUserName>corp</ToUserName><Encrypt>${encrypted}</Encrypt><AgentID>218</AgentID></xml>`;
      return { query, headers: { 'content-type': 'text/xml' }, body };
    },
  },
  {
    account: { id: 'wecom-bot', kind: 'wecom-bot', mode: 'webhook', token: secret, encodingAesKey: aesKey },
    callback({ id, person, text }) {
      const message = { msgid: id, chattype: 'single', from: { userid: person }, msgtype: 'text' };
      const { query, encrypted } = wecomSigned(JSON.stringify({ ...message, text: { content: text } }), '');
      return { ...bodyOf({ encrypt: encrypted }), query };
    },
  },
  {
    account: { id: 'slack', kind: 'slack', mode: 'webhook', botToken: 'xoxb-bench', signingSecret: secret },
    callback({ id, person, text }) {
      const ts = `${seconds()}.${id.replaceAll(/\D/g, '').slice(-9)}`;
      const event = { type: 'message', channel_type: 'im', user: person, text, ts, channel: `D${person}` };
      const callback = bodyOf({ type: 'event_callback', event_id: id, event });
      const timestamp = seconds();
      const signature = createHmac('sha256', secret).update(`v0:${timestamp}:${callback.body}`).digest('hex');
      const slack = { 'x-slack-request-timestamp': timestamp, 'x-slack-signature': `v0=${signature}` };
      return { ...callback, headers: { ...callback.headers, ...slack } };
    },
  },
  {
    account: {
      ...{ id: 'telegram', kind: 'telegram', mode: 'webhook' },
      ...{ botToken: `123456:${secret}`, secretToken: secret },
    },
    callback({ id, person, text }) {
      const update = Number(id.replaceAll(/\D/g, ''));
      const user = Number(person.replaceAll(/\D/g, '')) + 1;
      const message = {
        message_id: update,
        date: Number(seconds()),
        chat: { id: user, type: 'private', first_name: person },
        from: { id: user, is_bot: false, first_name: person },
        text,
      };
      return bodyOf({ update_id: update, message }, { 'x-telegram-bot-api-secret-token': secret });
    },
  },
];

function larkEncrypted(text: string): string {
  const iv = randomBytes(16);
  const cipher = createCipheriv('aes-256-cbc', createHash('sha256').update(secret).digest(), iv);
  return Buffer.concat([iv, cipher.update(text, 'utf8'), cipher.final()]).toString('base64');
}

function wecomSigned(text: string, receiver: string): { query: string; encrypted: string } {
  const encrypted = encrypt(aesKey, text, receiver);
  const timestamp = seconds();
  const nonce = randomBytes(8).toString('hex');
  const signature = getSignature(secret, timestamp, nonce, encrypted);
  return { query: `?msg_signature=${signature}&timestamp=${timestamp}&nonce=${nonce}`, encrypted };
}
