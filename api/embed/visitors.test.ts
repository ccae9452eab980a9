import { expect, it } from 'vitest';
import { Visitors } from './visitors.ts';

const now = Date.parse('2030-01-01T00:00:00Z');
const visitors = new Visitors('token');

it('knows a visitor again for thirty days, in every process with the same token', () => {
  const token = visitors.begin('web', now);
  const id = visitors.idOf(token, 'web', now);
  expect(id).toMatch(/^[0-9a-f]{24}$/);
  const month = 30 * 86_400_000;
  expect(new Visitors('token').idOf(token, 'web', now + month - 1)).toBe(id);
  expect(visitors.idOf(token, 'web', now + month)).toBeUndefined();
});

it('gives everybody an id of their own', () => {
  expect(visitors.begin('web', now)).not.toBe(visitors.begin('web', now));
});

it('knows nobody by a token that is changed, of another account, or signed with another key', () => {
  const token = visitors.begin('web', now);
  const [account, , expires, signature] = token.split('.');
  expect(visitors.idOf(token, 'other', now)).toBeUndefined();
  expect(new Visitors('other').idOf(token, 'web', now)).toBeUndefined();
  expect(visitors.idOf(`${account}.${'a'.repeat(24)}.${expires}.${signature}`, 'web', now)).toBeUndefined();
  for (const bad of ['', '....', token.slice(0, -1), `${token}x`]) {
    expect(visitors.idOf(bad, 'web', now)).toBeUndefined();
  }
});
