import { describe, expect, it } from 'vitest';
import { robotBody, robotHeaders } from '../../test/fakes/dingtalk/sayings.ts';
import { account, messageOf, now, outcome, request, secret } from './callbacks.suite.ts';
import { dingtalk } from './index.ts';
import { receive } from './receive.ts';

describe('a callback', () => {
  it.each([
    ['missing', {}],
    ['partly missing', { timestamp: `${now}` }],
    ['wrong', { timestamp: `${now}`, sign: 'bm9wZQ==' }],
    ['made with another secret', robotHeaders('another', now)],
    ['stale', robotHeaders(secret, now - 3_600_001)],
    ['from the future', robotHeaders(secret, now + 3_600_001)],
  ])('is refused when its signature is %s', (_, headers) => {
    expect(outcome(request(robotBody('hello'), { headers }))).toBe('401');
  });

  it.each(['', ' ', 'undefined', { env: 'DING_SECRET' }])(
    'is believed by nobody with the secret %j',
    (appSecret) => {
      const blank = account({ appSecret });
      expect(dingtalk.problems(blank)).toHaveLength(1);
      const headers = robotHeaders(typeof appSecret === 'string' ? appSecret : '', now);
      expect(outcome(request(robotBody('hello'), { headers }), blank)).toBe('401');
    },
  );

  it('has to be a POST', () => {
    expect(outcome(request('', { method: 'GET' }))).toBe('405');
  });

  it.each([
    ['empty', ''],
    ['no JSON', '{"msgId":'],
    ['no object', '[]'],
    ['deep', `${'['.repeat(10_000)}${']'.repeat(10_000)}`],
    ['without an id', { ...robotBody('x'), msgId: undefined }],
    ['with an id that has a blank', robotBody('x', { msgId: 'm 1' })],
    ['of a kind of chat that does not exist', { ...robotBody('x'), conversationType: '3' }],
    ['of 100 KB of text', robotBody('x'.repeat(100_001))],
    ['for another robot', robotBody('x', { robotCode: 'dinganother' })],
  ])('with a body that is %s is refused', (_, body) => {
    expect(outcome(request(body))).toBe('400');
  });

  it('with broken UTF-8 is refused', () => {
    const rawBody = Buffer.from(JSON.stringify(robotBody('café')), 'latin1');
    expect(outcome(request('', { rawBody }))).toBe('400');
  });

  it('says what is wrong, and repeats nothing', () => {
    const result = receive(request({ ...robotBody('hunter22'), msgId: 5 }), account());
    if (result.type !== 'refused') throw new Error(result.type);
    expect(result.problem.detail).toContain('msgId');
    expect(JSON.stringify(result.problem)).not.toContain('hunter22');
  });
});

describe('the session of a message', () => {
  it.each([
    ['another host', 'https://evil.example/robot/sendBySession?session=1'],
    ['a host that begins like the vendor’s', 'https://oapi.dingtalk.com.evil.example/robot/sendBySession'],
    ['the vendor’s host as a user', 'https://oapi.dingtalk.com@evil.example/robot/sendBySession'],
    ['a user at the vendor’s host', 'https://a:b@oapi.dingtalk.com/robot/sendBySession'],
    ['another port', 'https://oapi.dingtalk.com:8443/robot/sendBySession'],
    ['no TLS', 'http://oapi.dingtalk.com/robot/sendBySession?session=1'],
    ['a group’s robot', 'https://oapi.dingtalk.com/robot/send?access_token=attacker'],
    ['the metadata of a cloud', 'http://169.254.169.254/robot/sendBySession'],
    ['no address', 'not an address'],
  ])('is dropped when it leads to %s', (_, sessionWebhook) => {
    const message = messageOf('hello', { sessionWebhook });
    expect(message.replyTo).toEqual({ to: 'person', staff: 'staff-1' });
  });

  it.each([
    'https://oapi.dingtalk.io/robot/sendBySession?session=1',
    'http://10.0.0.5:81/ding/robot/sendBySession?s=1',
  ])('is kept at hosts of the vendor and of the configuration: %s', (sessionWebhook) => {
    const to = account({ oapiBaseUrl: 'http://10.0.0.5:81/ding' });
    expect(messageOf('hello', { sessionWebhook }, to).replyTo).toMatchObject({
      session: { url: sessionWebhook },
    });
  });
});
