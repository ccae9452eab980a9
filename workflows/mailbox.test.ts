import { expect, it } from 'vitest';
import type { RunSignal } from '../contracts/workflows.ts';
import { Mailbox } from './mailbox.ts';

const event = (name: string, data: number): RunSignal => ({ type: 'event', name, data, at: 0 });
const ended = (runId: string): RunSignal => ({
  type: 'subflow',
  runId,
  result: { outcome: 'answered', output: runId, error: null },
});

it('gives events of a name in the order they came, each once, also those of an earlier execution', () => {
  const mailbox = new Mailbox([event('paid', 1)]);
  mailbox.put(event('sent', 2));
  mailbox.put(event('paid', 3));
  expect(mailbox.hasEvent('paid')).toBe(true);
  expect([mailbox.takeEvent('paid'), mailbox.takeEvent('paid')]).toMatchObject([{ data: 1 }, { data: 3 }]);
  expect(mailbox.takeEvent('paid')).toBeUndefined();
  expect(mailbox.hasEvent('paid')).toBe(false);
  expect(mailbox.all()).toEqual([event('sent', 2)]);
});

it('keeps how a subflow ended until it is forgotten', () => {
  const mailbox = new Mailbox();
  mailbox.put(ended('a'));
  mailbox.put(ended('b'));
  expect(mailbox.resultOf('b')).toMatchObject({ output: 'b' });
  mailbox.forget('b');
  mailbox.forget('b');
  expect(mailbox.resultOf('b')).toBeUndefined();
  expect(mailbox.all()).toEqual([ended('a')]);
});

it('drops the oldest letter when two hundred wait, and says which', () => {
  const mailbox = new Mailbox();
  for (let data = 0; data < 200; data += 1) expect(mailbox.put(event('many', data))).toBeUndefined();
  expect(mailbox.put(event('many', 200))).toEqual(event('many', 0));
  expect(mailbox.all()).toHaveLength(200);
});

it('leaves lying what is no letter', () => {
  const mailbox = new Mailbox();
  for (const junk of [undefined, null, 'x', {}, { type: 'else' }]) mailbox.put(junk as RunSignal);
  expect(mailbox.all()).toEqual([]);
});
