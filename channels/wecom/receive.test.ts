import { getSignature, encrypt as vendorEncrypt } from '@wecom/crypto';
import { describe, expect, it } from 'vitest';
import { wecomAccount } from '../../contracts/index.ts';
import {
  appCallback,
  messageXml,
  openAnswer,
  textXml,
  verification,
  type WecomCallback,
} from '../../test/fakes/wecom/callbacks.ts';
import { vector } from '../../test/fakes/wecom/vector.ts';
import type { ChannelRequest, ReceiveResult } from '../channel.ts';
import type { WecomAccount } from './account.ts';
import { wecom } from './index.ts';
import { receive } from './receive.ts';
import { readXml } from './xml.ts';

const timestamp = Number(vector.message.timestamp);
const now = timestamp * 1_000 + 500;
const secrets = { token: vector.token, encodingAesKey: vector.encodingAesKey, receiveId: vector.corpId };

function account(change: Partial<WecomAccount> = {}): WecomAccount {
  return wecomAccount.parse({
    id: 'wc',
    kind: 'wecom',
    corpId: vector.corpId,
    agentId: vector.agentId,
    secret: 's3cret',
    token: vector.token,
    encodingAesKey: vector.encodingAesKey,
    ...change,
  });
}

function post(
  { query, body }: Pick<WecomCallback, 'query' | 'body'>,
  change: Partial<ChannelRequest> = {},
): ChannelRequest {
  return { method: 'POST', headers: {}, query, rawBody: Buffer.from(body), now, ...change };
}

function genuine(xml: string, to: WecomAccount = account()): ReceiveResult {
  return receive(post(appCallback(secrets, xml, { timestamp })), to);
}

function messageOf(result: ReceiveResult) {
  if (result.type !== 'message') throw new Error(JSON.stringify(result));
  return result.message;
}

function statusOf(result: ReceiveResult): number | string {
  return result.type === 'refused' ? result.status : result.type;
}

describe('the verification of the address', () => {
  const { verification: known } = vector;
  const query = {
    msg_signature: known.signature,
    timestamp: known.timestamp,
    nonce: known.nonce,
    echostr: known.encrypted,
  };
  const get = (change: object = {}, at = 1_409_659_589_000) =>
    receive(
      { method: 'GET', headers: {}, query: { ...query, ...change }, rawBody: Buffer.alloc(0), now: at },
      account(),
    );

  it("answers the vendor's known question with the bare plain text", () => {
    const result = get();
    if (result.type !== 'ignored') throw new Error(result.type);
    expect(result.respond()).toMatchObject({ status: 200, body: '1616140317555161061' });
  });

  it('answers nobody who does not know the Token', () => {
    expect(statusOf(get({ msg_signature: known.signature.replace('5', '6') }))).toBe(401);
    expect(statusOf(get({ echostr: undefined }))).toBe(401);
    expect(statusOf(get({ msg_signature: undefined }))).toBe(401);
  });

  it('answers nothing that is for another corp', () => {
    const { query: foreign } = verification({ ...secrets, receiveId: 'ww-other' }, '123', { timestamp });
    const result = receive(
      { method: 'GET', headers: {}, query: foreign, rawBody: Buffer.alloc(0), now },
      account(),
    );
    expect(statusOf(result)).toBe(401);
  });
});

describe('receive', () => {
  it("makes a message of the vendor's known callback, its id beyond what a number can hold", () => {
    const { encrypted, signature, nonce } = vector.message;
    const body = `<xml><ToUserName><![CDATA[${vector.corpId}]]></ToUserName><Encrypt><![CDATA[${encrypted}]]></Encrypt><AgentID><![CDATA[218]]></AgentID></xml>`;
    const query = { msg_signature: signature, timestamp: vector.message.timestamp, nonce };
    expect(messageOf(receive(post({ query, body }), account()))).toMatchObject({
      id: '4561255354251345929',
      chat: { id: 'mycreate', type: 'direct' },
      sender: { id: 'mycreate' },
      text: 'hello',
      language: 'en',
      mentioned: true,
      replyTo: { user: 'mycreate' },
    });
  });

  it('answers nothing, for what is said goes by the API', () => {
    const result = genuine(textXml());
    if (result.type !== 'message') throw new Error(result.type);
    expect(result.respond()).toMatchObject({ status: 200, body: '' });
  });

  it('believes the signature over what came, however the XML around it is written', () => {
    const { query, body } = appCallback(secrets, textXml(), { timestamp });
    const rewritten = `\n <xml>\n  ${body.slice(5, -6).replaceAll('><', '>\n  <')}\n</xml>\n`;
    expect(messageOf(receive(post({ query, body: rewritten }), account())).text).toBe('hello');
  });

  it.each([
    ['wrong', { msg_signature: 'f'.repeat(40) }],
    ['missing', { msg_signature: undefined }],
    ['without a time', { timestamp: undefined }],
    ['without a nonce', { nonce: undefined }],
    ['for another time', { timestamp: String(timestamp + 1) }],
    ['for another nonce', { nonce: 'other' }],
  ])('answers 401 to a signature that is %s', (_, change) => {
    const { query, body } = appCallback(secrets, textXml(), { timestamp });
    const request = post({ query: query, body });
    expect(statusOf(receive({ ...request, query: { ...query, ...change } }, account()))).toBe(401);
  });

  it('answers 401 to a time that is no number, though it is signed', () => {
    const encrypted = vendorEncrypt(vector.encodingAesKey, textXml(), vector.corpId);
    const time = `${timestamp}abc`;
    const query = {
      msg_signature: getSignature(vector.token, time, 'n', encrypted),
      timestamp: time,
      nonce: 'n',
    };
    const body = `<xml><Encrypt>${encrypted}</Encrypt></xml>`;
    expect(statusOf(receive(post({ query, body }), account()))).toBe(401);
  });

  it.each([
    ['an hour old', timestamp - 3_600, 'message'],
    ['older than an hour', timestamp - 3_601, 401],
    ['an hour ahead', timestamp + 3_600, 'message'],
    ['further ahead', timestamp + 3_601, 401],
  ])('takes one that is %s: %s', (_, time, expected) => {
    expect(
      statusOf(receive(post(appCallback(secrets, textXml(), { timestamp: Number(time) })), account())),
    ).toBe(expected);
  });

  it('knows a message again by its id: one that is replayed, or sent again after 6 hours', () => {
    const first = messageOf(genuine(textXml()));
    const later = timestamp + 6 * 3_600;
    const again = receive(
      post(appCallback(secrets, textXml(), { timestamp: later }), { now: later * 1_000 }),
      account(),
    );
    expect(messageOf(again).id).toBe(first.id);
  });

  it.each([
    [
      'another corp in the envelope',
      () => appCallback({ ...secrets, receiveId: 'ww-other' }, textXml(), { timestamp }),
    ],
    [
      'another corp in the message',
      () => appCallback(secrets, textXml({ corpId: 'ww-other' }), { timestamp }),
    ],
    ['another app', () => appCallback(secrets, textXml({ agentId: '219' }), { timestamp })],
    [
      'whoever has another key',
      () => appCallback({ ...secrets, encodingAesKey: 'A'.repeat(43) }, textXml(), { timestamp }),
    ],
  ])('answers 401 to what is validly signed for %s', (_, callback) => {
    expect(statusOf(receive(post(callback()), account()))).toBe(401);
  });

  it.each([
    ['token', ''],
    ['token', '  '],
    ['token', 'undefined'],
    ['encodingAesKey', ''],
    ['encodingAesKey', 'short'],
  ])('believes nobody when %s is "%s"', (name, blank) => {
    const to = account({ [name]: blank });
    const forged = { ...secrets, token: name === 'token' ? blank : secrets.token };
    expect(statusOf(receive(post(appCallback(forged, textXml(), { timestamp })), to))).toBe(401);
  });

  it('believes nobody when a secret was never resolved', () => {
    expect(statusOf(genuine(textXml(), account({ token: { env: 'WECOM_TOKEN' } })))).toBe(401);
  });

  it.each([
    ['a DOCTYPE', '<!DOCTYPE xml [<!ENTITY a SYSTEM "file:///etc/passwd">]>'],
    ['entities that grow', '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>'],
    ['a doctype in lower case', '<!doctype xml>'],
  ])('refuses XML with %s, outside and inside', (_, declaration) => {
    const { query, body } = appCallback(secrets, textXml(), { timestamp });
    expect(statusOf(receive(post({ query, body: declaration + body }), account()))).toBe(401);
    expect(statusOf(genuine(declaration + textXml()))).toBe(400);
  });

  it('takes a person who writes about DOCTYPE', () => {
    expect(messageOf(genuine(textXml({ text: '<!DOCTYPE html> & <b>' }))).text).toBe('<!DOCTYPE html> & <b>');
  });

  it.each([
    ['empty', ''],
    ['no XML', 'hello'],
    ['JSON', '{}'],
    ['without a sender', textXml().replace(/<FromUserName>.*\n/, '')],
    ['with two senders', textXml().replace(/(<FromUserName>.*\n)/, '$1$1')],
    ['with an id that is no number', textXml({ msgId: '12x' })],
    ['deep', `<xml>${'<a>'.repeat(1_000)}${'</a>'.repeat(1_000)}</xml>`],
  ])('answers 400 to a genuine message that is %s', (_, xml) => {
    expect(statusOf(genuine(xml))).toBe(400);
  });

  it('keeps of a text that is too long what can be kept', () => {
    expect(messageOf(genuine(textXml({ text: 'x'.repeat(40_000) }))).text).toHaveLength(32_000);
  });

  it('says what is wrong and does not repeat it', () => {
    const result = genuine(textXml({ msgId: 'hunter22' }));
    if (result.type !== 'refused') throw new Error(result.type);
    expect(result.problem.detail).toContain('MsgId');
    expect(JSON.stringify(result.problem)).not.toContain('hunter22');
  });

  it('takes GET and POST only', () => {
    expect(
      statusOf(
        receive(
          post({ query: appCallback(secrets, textXml()).query, body: '' }, { method: 'PUT' }),
          account(),
        ),
      ),
    ).toBe(405);
  });
});

describe('a pressed button', () => {
  const press = (key: string, task = 'errand-abc') =>
    genuine(
      messageXml(
        { type: 'event' },
        `<Event><![CDATA[template_card_event]]></Event><EventKey><![CDATA[${key}]]></EventKey><TaskId><![CDATA[${task}]]></TaskId><ResponseCode><![CDATA[code]]></ResponseCode>`,
      ),
    );

  it.each([
    ['approve:abcd2345:en', '/approve abcd2345', 'en'],
    ['deny:abcd2345:zh', '/deny abcd2345', 'zh'],
  ])('is the command that it stands for: %s', (key, text, language) => {
    expect(messageOf(press(key))).toMatchObject({
      text,
      language,
      pressed: true,
      id: 'mycreate:1409659813:errand-abc',
    });
  });

  it('says on the card what was pressed, in an answer that the platform can open', () => {
    const result = press('approve:abcd2345:en');
    if (result.type !== 'message') throw new Error(result.type);
    const answer = readXml(result.respond().body);
    const inner = openAnswer(secrets, {
      encrypted: String(answer?.Encrypt),
      signature: String(answer?.MsgSignature),
      timestamp: String(answer?.TimeStamp),
      nonce: String(answer?.Nonce),
    });
    expect(readXml(inner)).toMatchObject({
      ToUserName: 'mycreate',
      FromUserName: vector.corpId,
      MsgType: 'update_button',
      Button: { ReplaceName: 'Sent: approve' },
    });
  });

  it.each(['', 'approve:ABC', 'approve:abcd2345', 'decided', 'approve:abcd2345:en:x'])(
    'with the key "%s" is none of ours',
    (key) => {
      expect(statusOf(press(key))).toBe('ignored');
    },
  );
});

describe('problems', () => {
  it('has none for a good account, and one for each thing that is missing or malformed, without repeating it', () => {
    expect(wecom.problems(account())).toEqual([]);
    const bad = account({ secret: ' ', token: '', encodingAesKey: 'hunter22', agentId: 'app' });
    const problems = wecom.problems(bad);
    expect(problems).toHaveLength(4);
    expect(problems.join()).not.toContain('hunter22');
  });
});
