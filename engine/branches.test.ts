import { describe, expect, it } from 'vitest';
import type { Json } from '../contracts/json.ts';
import { Driver, problem } from './testing/driver.ts';
import { edge, planNode, planOf, triggerNode } from './testing/plans.ts';

describe('cases', () => {
  function boundTo(cases: { port: string; when: string }[], input: Json): Driver {
    const pick = planNode('pick', { config: { cases }, traits: { cases: 'cases' } });
    const flow = new Driver(planOf([triggerNode('start'), pick], [edge('start>pick')]));
    flow.start('start', { input });
    return flow;
  }
  const cases = [
    { port: 'none', when: 'trigger.input == null' },
    { port: 'large', when: 'trigger.input.n > 10' },
    { port: 'small', when: 'trigger.input.n > 0' },
  ];

  it('are bound to the port of the first that holds, whatever those behind it would say', () => {
    expect(boundTo(cases, null).issued[0]?.config).toEqual({ cases: 'none' });
    expect(boundTo(cases, { n: 20 }).issued[0]?.config).toEqual({ cases: 'large' });
    expect(boundTo(cases, { n: 2 }).issued[0]?.config).toEqual({ cases: 'small' });
    expect(boundTo(cases, { n: 0 }).issued[0]?.config).toEqual({ cases: 'default' });
  });

  it('of which one that is asked fails, or is no condition, fail their node', () => {
    expect(boundTo(cases, {}).state.error).toMatchObject({ node: 'pick', type: 'ExpressionError' });
    expect(boundTo([{ port: 'a', when: '1' }], null).state.error?.type).toBe('ExpressionError');
  });
});

describe('a join', () => {
  function join(config: { mode: string; quorum?: number }, conditions: Record<string, string> = {}): Driver {
    const sources = ['a', 'b', 'c'];
    const flow = new Driver(
      planOf(
        [
          triggerNode('start'),
          ...sources.map((id) => planNode(id, { onError: { action: 'branch' } })),
          planNode('join', { config, traits: { join: { mode: 'mode', quorum: 'quorum' }, inputs: true } }),
          planNode('rescue'),
        ],
        [
          ...sources.map((id) => edge(`start>${id}`, conditions[id])),
          ...sources.map((id) => edge(`${id}>join`)),
          ...sources.map((id) => edge(`${id}:error>rescue`)),
        ],
      ),
    );
    flow.start('start');
    return flow;
  }

  it('of any begins with the first that ends, and once', () => {
    const flow = join({ mode: 'any' });
    flow.end('b', { output: 'B' });
    expect(flow.issued.at(-1)).toMatchObject({ node: 'join', inputs: { b: 'B' } });
    flow.end('join', { output: null });
    flow.end('a', { output: 'A' });
    expect(flow.issued.filter(({ node }) => node === 'join')).toHaveLength(1);
    flow.end('c', { output: 'C' });
    expect(flow.state.status).toBe('succeeded');
  });

  it('of all waits for each, and for those that were not taken no longer than to know it', () => {
    const flow = join({ mode: 'all' }, { c: 'false' });
    flow.end('a', { output: 'A' });
    expect(flow.statuses().join).toBe('pending');
    flow.end('b', { output: 'B' });
    expect(flow.issued.at(-1)).toMatchObject({ node: 'join', inputs: { a: 'A', b: 'B' } });
  });

  it('of a quorum begins as soon as so many have fired', () => {
    const flow = join({ mode: 'quorum', quorum: 2 });
    flow.end('c', { output: 'C' });
    expect(flow.statuses().join).toBe('pending');
    flow.end('a', { output: 'A' });
    expect(flow.issued.at(-1)).toMatchObject({ node: 'join', inputs: { a: 'A', c: 'C' } });
  });

  it('of a quorum that can no longer be reached fails at once', () => {
    const flow = join({ mode: 'quorum', quorum: 2 });
    flow.end('a', { error: problem() });
    expect(flow.statuses().join).toBe('pending');
    flow.end('b', { error: problem() });
    expect(flow.state).toMatchObject({ status: 'failed', error: { node: 'join', type: 'QuorumNotReached' } });
    expect(flow.cancelled).toContain('c');
  });

  it('of branches that were never taken is skipped with them', () => {
    const never = { a: 'false', b: 'false', c: 'false' };
    for (const mode of ['all', 'any']) expect(join({ mode }, never).statuses().join).toBe('skipped');
    expect(join({ mode: 'quorum', quorum: 2 }, never).statuses().join).toBe('skipped');
  });
});
