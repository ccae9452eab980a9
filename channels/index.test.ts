import { expect, it } from 'vitest';
import { channelOf } from './index.ts';

it('knows a channel by the kind of its accounts', () => {
  expect(channelOf('webhook')?.kind).toBe('webhook');
});

it('knows no channel for a kind that does not exist, or that names a property of objects', () => {
  expect(channelOf('carrier-pigeon')).toBeUndefined();
  expect(channelOf('constructor')).toBeUndefined();
});
