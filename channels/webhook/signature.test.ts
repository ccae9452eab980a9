import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { sign, signatureFlaw, signingKey } from './signature.ts';

/** The vector that the libraries of Standard Webhooks share. */
const vector = {
  secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
  id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
  timestamp: 1_614_265_330,
  body: '{"test": 2432232314}',
  signature: 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
};
const key = signingKey(vector.secret) ?? Buffer.alloc(0);
const now = vector.timestamp * 1_000;

function flawOf(
  change: {
    id?: string;
    timestamp?: string | undefined;
    signature?: string;
    body?: string | Uint8Array;
  } = {},
  at = now,
) {
  const { id, timestamp, signature, body } = { ...vector, timestamp: `${vector.timestamp}`, ...change };
  const headers = { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signature };
  return signatureFlaw(key, headers, typeof body === 'string' ? Buffer.from(body) : body, at);
}

describe('sign', () => {
  it('computes the known answer', () => {
    expect(sign(key, vector.id, vector.timestamp, vector.body)).toBe(vector.signature);
  });
});

describe('signatureFlaw', () => {
  it('finds nothing wrong with the known answer', () => {
    expect(flawOf()).toBeUndefined();
  });

  it.each([
    ['another body', { body: '{"test":2432232314}' }],
    ['another id', { id: 'msg_other' }],
    ['another time', { timestamp: `${vector.timestamp + 1}` }],
    ['another signature', { signature: sign(key, 'x', 1, 'y') }],
    ['a signature cut short', { signature: vector.signature.slice(0, -1) }],
    ['a signature without version', { signature: vector.signature.slice(3) }],
    ['an unknown version', { signature: vector.signature.replace('v1', 'v2') }],
    ['a time that is no number', { timestamp: `${vector.timestamp}abc` }],
    ['a negative time', { timestamp: '-1' }],
  ])('calls %s wrong', (_, change) => {
    expect(flawOf(change)).toBe('wrong');
  });

  it.each([
    ['id', { id: '' }],
    ['time', { timestamp: '' }],
    ['signature', { signature: '' }],
  ])('calls it missing without %s', (_, change) => {
    expect(flawOf(change)).toBe('missing');
  });

  it('passes over other signatures, old keys and unknown versions', () => {
    expect(
      flawOf({ signature: `v1a,abc v1,AAAA ${sign(key, 'x', 1, 'y')} ${vector.signature}` }),
    ).toBeUndefined();
  });

  it('accepts 300 seconds on both sides and not one more', () => {
    expect(flawOf({}, now + 300_999)).toBeUndefined();
    expect(flawOf({}, now + 301_000)).toBe('stale');
    expect(flawOf({}, now - 300_000)).toBeUndefined();
    expect(flawOf({}, now - 300_001)).toBe('future');
  });

  it('tells bodies apart that look the same as text', () => {
    const body = Uint8Array.of(0xff);
    const signature = sign(key, vector.id, vector.timestamp, body);
    expect(flawOf({ body, signature })).toBeUndefined();
    expect(flawOf({ body: Uint8Array.of(0xfe), signature })).toBe('wrong');
  });
});

describe('signingKey', () => {
  it.each([24, 32, 64])('takes %i bytes', (length) => {
    const bytes = randomBytes(length);
    expect(signingKey(`whsec_${bytes.toString('base64')}`)).toEqual(bytes);
  });

  it.each([
    ['nothing', ''],
    ['blank', '   '],
    ['the prefix alone', 'whsec_'],
    ['undefined as a text', 'undefined'],
    ['no prefix', randomBytes(32).toString('base64')],
    ['23 bytes', `whsec_${randomBytes(23).toString('base64')}`],
    ['65 bytes', `whsec_${randomBytes(65).toString('base64')}`],
    ['what is no base64', `whsec_${'?'.repeat(44)}`],
    ['base64 with a line break', `whsec_${randomBytes(32).toString('base64')}\n`],
  ])('does not take %s', (_, secret) => {
    expect(signingKey(secret)).toBeUndefined();
  });
});
