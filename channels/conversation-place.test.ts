import { expect, it } from 'vitest';
import { conversationOf, placeOf } from './conversation-place.ts';

const group = { chat: { id: 'oc#1%', type: 'group' as const, topic: 't#2' }, sender: { id: 'u:3%23' } };

it.each([
  ['chat', { chat: 'oc#1%' }],
  ['sender', { chat: 'oc#1%', sender: 'u:3%23' }],
  ['topic', { chat: 'oc#1%', topic: 't#2' }],
] as const)('finds the place of a group conversation again with scope %s', (scope, place) => {
  expect(placeOf(conversationOf(group, scope))).toEqual(place);
});

it('takes a group without topics as one conversation, and a direct chat always', () => {
  const { sender } = group;
  expect(conversationOf({ chat: { id: 'oc', type: 'group' }, sender }, 'topic')).toBe('oc');
  expect(conversationOf({ chat: { id: 'room#sender:a', type: 'direct' }, sender }, 'sender')).toBe(
    'room#sender:a',
  );
});
