import { getSignature, encrypt as vendorEncrypt } from '@wecom/crypto';
import { describe, expect, it } from 'vitest';
import { wecomAccount } from '../../contracts/index.ts';
import { appCallback, textXml, type WecomCallback } from '../../test/fakes/wecom/callbacks.ts';
import { vector } from '../../test/fakes/wecom/vector.ts';
import type { ChannelRequest, ReceiveResult } from '../channel.ts';
import type { WecomAccount } from './account.ts';
import { receive } from './receive.ts';

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
