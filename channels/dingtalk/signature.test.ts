import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { cardSign, robotSign, signatureFlaw } from './signature.ts';

/** Computed by the sample of the vendor's documents (Python), for a secret and a time of our own. */
const vector = {
  secret: 'SEC0123456789abcdef',
  timestamp: 1_577_262_236_757,
  robot: 'Pgr6tpIpjVrMPPJUPkaI9sivFPPTYOy5zIOMF2GPFMA=',
};
const hour = 3_600_000;

function flawOf(signature: string | undefined, timestamp: string | undefined, now = vector.timestamp) {
  return signatureFlaw(signature, timestamp, (time) => robotSign(vector.secret, time), now);
}

describe('the signatures of DingTalk', () => {
  it('are what the vendor’s samples compute', () => {
    expect(robotSign(vector.secret, vector.timestamp)).toBe(vector.robot);
    const card = createHmac('sha256', vector.secret).update('1577262236757').digest('base64');
    expect(cardSign(vector.secret, vector.timestamp)).toBe(card);
  });

  it('are good for an hour, before and after', () => {
    const time = `${vector.timestamp}`;
    expect(flawOf(vector.robot, time)).toBeUndefined();
    expect(flawOf(vector.robot, time, vector.timestamp + hour)).toBeUndefined();
    expect(flawOf(vector.robot, time, vector.timestamp + hour + 1)).toBe('stale');
    expect(flawOf(vector.robot, time, vector.timestamp - hour)).toBeUndefined();
    expect(flawOf(vector.robot, time, vector.timestamp - hour - 1)).toBe('future');
  });

  it.each([
    ['the signature', undefined, `${vector.timestamp}`],
    ['the time', vector.robot, undefined],
    ['either, being empty', '', ''],
  ])('are missing without %s', (_, signature, timestamp) => {
    expect(flawOf(signature, timestamp)).toBe('missing');
  });

  it.each([
    ['of another time', vector.robot, '1577262236758'],
    ['of a card', cardSign(vector.secret, vector.timestamp), `${vector.timestamp}`],
    ['cut short', vector.robot.slice(0, -1), `${vector.timestamp}`],
    ['with a time that is no number', robotSign(vector.secret, 'now'), 'now'],
    ['with a negative time', robotSign(vector.secret, '-1'), '-1'],
  ])('are wrong %s', (_, signature, timestamp) => {
    expect(flawOf(signature, timestamp)).toBe('wrong');
  });
});
