import { expect, it } from 'vitest';
import { sameText, secretText } from './secret-text.ts';

it.each([undefined, '', ' ', '\n\t', 'undefined', 'null', { env: 'SECRET' }, { file: '/run/secret' }])(
  'has no text of the secret %j',
  (secret) => {
    expect(secretText(secret)).toBeUndefined();
  },
);

it('takes a secret without the line break that files end with', () => {
  expect(secretText('s3cret\n')).toBe('s3cret');
});

it('tells texts apart, whatever their lengths', () => {
  expect(sameText('abc', 'abc')).toBe(true);
  expect(sameText('abc', 'abd')).toBe(false);
  expect(sameText('abc', 'abcd')).toBe(false);
  expect(sameText('', 'a')).toBe(false);
});
