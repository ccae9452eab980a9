import { describe, expect, it } from 'vitest';
import { Sessions, secretsEqual, sessionSeconds } from './sessions.ts';

const now = 1_800_000_000_000;

describe('Sessions', () => {
  it('hold for twelve hours, in every process that knows the token', () => {
    const value = new Sessions('token').begin(now);
    expect(new Sessions('token').isValid(value, now + sessionSeconds * 1_000 - 1)).toBe(true);
    expect(new Sessions('token').isValid(value, now + sessionSeconds * 1_000)).toBe(false);
    expect(new Sessions('another').isValid(value, now)).toBe(false);
  });

  it('cannot be lengthened or made up', () => {
    const sessions = new Sessions('token');
    const [expires = '', nonce = '', signature = ''] = sessions.begin(now).split('.');
    for (const value of [
      `${Number(expires) + 1}.${nonce}.${signature}`,
      `${expires}.${nonce}x.${signature}`,
      `${expires}.${nonce}.${signature.slice(1)}`,
      `${expires}.${nonce}.`,
      `${expires}.${nonce}`,
      '..',
      '',
      'x'.repeat(1_000),
    ]) {
      expect(sessions.isValid(value, now)).toBe(false);
    }
  });

  it('are different each time, and hold nothing of the token', () => {
    const sessions = new Sessions('very-secret-token');
    const values = [sessions.begin(now), sessions.begin(now)];
    expect(values[0]).not.toBe(values[1]);
    expect(values.join()).not.toContain('secret');
  });

  it('end when they are signed out of, and others go on', () => {
    const sessions = new Sessions('token');
    const [one, other] = [sessions.begin(now), sessions.begin(now)];
    sessions.end(one, now);
    sessions.end('not-a-session', now);
    expect(sessions.isValid(one, now)).toBe(false);
    expect(sessions.isValid(other, now)).toBe(true);
  });
});

describe('secretsEqual', () => {
  it('compares texts of any length', () => {
    expect(secretsEqual('a', 'a')).toBe(true);
    expect(secretsEqual('a', 'ab')).toBe(false);
    expect(secretsEqual('', '')).toBe(true);
  });
});
