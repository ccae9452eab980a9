import { describe, expect, it } from 'vitest';
import { wecomAccount } from '../../contracts/index.ts';
import { appCallback, messageXml, openAnswer } from '../../test/fakes/wecom/callbacks.ts';
import { vector } from '../../test/fakes/wecom/vector.ts';
import type { ReceiveResult } from '../channel.ts';
import { receive } from './receive.ts';
import { readXml } from './xml.ts';

const { token, encodingAesKey, corpId, agentId } = vector;
const account = wecomAccount.parse({
  id: 'wc',
  kind: 'wecom',
  corpId,
  agentId,
  secret: 's',
  token,
  encodingAesKey,
});
const secrets = { token, encodingAesKey, receiveId: corpId };
const timestamp = 1_700_000_000;

function genuine(xml: string): ReceiveResult {
  const { query, body } = appCallback(secrets, xml, { timestamp });
  const now = timestamp * 1_000;
  return receive({ method: 'POST', headers: {}, query, rawBody: Buffer.from(body), now }, account);
}

function messageOf(result: ReceiveResult) {
  if (result.type !== 'message') throw new Error(JSON.stringify(result));
  return result.message;
}

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
      expect(press(key).type).toBe('ignored');
    },
  );
});
