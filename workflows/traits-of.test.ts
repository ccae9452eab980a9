import { describe, expect, it } from 'vitest';
import type { ExecuteCommand } from '../contracts/flow-state.ts';
import type { JsonObject } from '../contracts/json.ts';
import { plan } from '../engine/document.ts';
import { flow, node, start } from '../test/errand/flow.ts';
import { hasEffect, traitsOf } from './traits-of.ts';

const posts = { kind: 'http', config: { method: 'POST', url: 'http://x.example' } };
const planned = plan(
  flow(
    'all',
    [
      start,
      node('get', 'http', { url: 'http://x.example' }),
      node('say', 'notify', { text: 'hello' }),
      node('each', 'dispatch', { items: [1], do: posts }),
      node('subs', 'dispatch', { items: [1], do: { kind: 'subflow', config: { flow: 'x' } } }),
      node('wait', 'wait', { for: '1s' }),
    ],
    ['start>get', 'get>say', 'say>each', 'each>subs', 'subs>wait'],
  ),
  1,
);
const command = (of: string, config: JsonObject = {}, item?: number): ExecuteCommand => ({
  type: 'execute',
  task: of,
  node: of,
  kind: '',
  config,
  timeoutMs: 1,
  retry: { maximumAttempts: 1, initialIntervalMs: 1, backoffCoefficient: 1, maximumIntervalMs: 1 },
  startedAt: 0,
  ...(item === undefined ? {} : { item }),
});

describe('what would change something outside', () => {
  it.each([
    ['a call that only reads does not', command('get', { method: 'GET' }), false],
    ['any other call does', command('get', { method: 'DELETE' }), true],
    ['a word to somebody does', command('say'), true],
    ['a wait does not', command('wait'), false],
    ['an item does as its own kind does', command('each', { method: 'POST' }, 0), true],
    ['an item that only reads does not', command('each', { method: 'GET' }, 0), false],
    ['a subflow of an item does not itself', command('subs', {}, 0), false],
    ['what the plan does not know does not', command('gone'), false],
  ])('%s', (_, one, expected) => {
    expect(hasEffect(planned, one)).toBe(expected);
  });
});

it('an item that needs a run of its own is seen, and a node that waits', () => {
  expect(traitsOf(planned, command('subs', {}, 0)).ownRun).toBe(true);
  expect(traitsOf(planned, command('each', {}, 0)).ownRun).toBeUndefined();
  expect(traitsOf(planned, command('wait'))).toMatchObject({ waits: true, ownRun: true });
});
