import { describe, expect, it } from 'vitest';
import { wecomAccount } from '../../contracts/index.ts';
import { messageXml } from '../../test/fakes/wecom/callbacks.ts';
import { vector } from '../../test/fakes/wecom/vector.ts';
import { parse } from './parse.ts';

const { corpId, agentId, token, encodingAesKey } = vector;
const account = wecomAccount.parse({
  id: 'wc',
  kind: 'wecom',
  corpId,
  agentId,
  secret: 's',
  token,
  encodingAesKey,
});

describe('what members send', () => {
  const send = (type: string, rest: string, msgId?: string) => {
    const parsed = parse(messageXml({ type, ...(msgId ? { msgId } : {}) }, rest), account);
    if (parsed.type !== 'message') throw new Error(parsed.type);
    return parsed.message;
  };

  it.each([
    ['image', 'image'],
    ['voice', 'audio'],
    ['video', 'video'],
  ])('that is a %s is an attachment', (type, kind) => {
    expect(send(type, '<MediaId><![CDATA[media-1]]></MediaId><Format>amr</Format>', '77')).toMatchObject({
      text: '',
      attachments: [{ kind, source: { mediaId: 'media-1' } }],
    });
  });

  it('that is a place has words', () => {
    const rest =
      '<Location_X>23.134</Location_X><Location_Y>113.358</Location_Y><Scale>20</Scale><Label><![CDATA[广州]]></Label>';
    expect(send('location', rest, '77').text).toBe('[location]\n广州\n23.134, 113.358');
  });

  it('that is a link has words', () => {
    const rest =
      '<Title><![CDATA[News]]></Title><Description><![CDATA[today]]></Description><Url><![CDATA[https://example.com]]></Url>';
    expect(send('link', rest, '77').text).toBe('[link]\nNews\ntoday\nhttps://example.com');
  });

  it('that nobody heard of is named, so that it can be answered', () => {
    expect(send('hologram', '', '77')).toMatchObject({ text: '[hologram]', language: 'zh' });
  });

  it.each(['subscribe', 'enter_agent', 'LOCATION', 'click'])('the event %s is of no interest', (event) => {
    const xml = messageXml({ type: 'event' }, `<Event><![CDATA[${event}]]></Event><EventKey></EventKey>`);
    expect(parse(xml, account)).toEqual({ type: 'ignored', reason: `an event: ${event}` });
  });
});
