import { expect, it } from 'vitest';
import { legible } from './legible.ts';

it.each([
  ['message is not modified: 长消息', 'message is not modified: 长消息'],
  [
    'not allowed to access from your ip, from ip: 203.0.113.7',
    'not allowed to access from your ip, from ip: 203.0.113.7',
  ],
  ['no bot at /bot123456789:AAH0123456789012345678901234567890/getMe', 'no bot at …'],
  ['access_token=0123456789abcdef0123456789abcdef is bad', '… is bad'],
  ['x '.repeat(300), 'x '.repeat(100)],
])('of “%s” it leaves “%s”', (said, left) => {
  expect(legible(said)).toBe(left);
});
