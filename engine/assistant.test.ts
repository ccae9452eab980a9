import { describe, expect, it } from 'vitest';
import type { FlowPlan } from '../contracts/flow-plan.ts';
import type { ExecuteCommand } from '../contracts/flow-state.ts';
import type { Json } from '../contracts/json.ts';
import { plan, validate } from './document.ts';
import { assistant } from './testing/assistant.ts';
import { Driver, problem, type TaskEnd } from './testing/driver.ts';
import { view } from './view.ts';

function assistantPlan(): FlowPlan {
  const validation = validate(assistant);
  if (!validation.valid) throw new TypeError(JSON.stringify(validation.errors));
  return plan(validation.document, 0);
}

const subtasks: Json[] = [
  { id: 'a', title: 'A', instruction: 'Do a.' },
  { id: 'b', title: 'B', instruction: 'Do b.', dependsOn: ['a'] },
];

function answers(intent: string): (command: ExecuteCommand) => TaskEnd {
  return ({ node, config }): TaskEnd => {
    if (node === 'intent') return { output: { intent, text: 'Hello!' } };
    if (node === 'decompose') return { output: { subtasks } };
    if (node === 'dispatch') return { output: { text: `done: ${String(config.prompt)}` } };
    return { output: { text: 'All is done.' } };
  };
}

describe('the default flow', () => {
  it('answers plain talk with the text of the intent call', () => {
    const flow = new Driver(assistantPlan());
    flow.start('message', { text: 'hi' });
    const state = flow.run(answers('chat'));
    expect(state.status).toBe('succeeded');
    expect(flow.issued.map(({ task }) => task)).toEqual(['intent', 'notify']);
    expect(flow.issued[1]?.config).toEqual({ text: 'Hello!' });
    expect(flow.statuses()).toEqual({
      message: 'succeeded',
      intent: 'succeeded',
      decompose: 'skipped',
      dispatch: 'skipped',
      aggregate: 'skipped',
      notify: 'succeeded',
      apology: 'skipped',
    });
  });

  it('carries a task out in subtasks and notifies of their aggregate', () => {
    const flow = new Driver(assistantPlan());
    flow.start('message', { text: 'do it' });
    const state = flow.run(answers('task'));
    expect(state.status).toBe('succeeded');
    expect(flow.issued.map(({ task }) => task)).toEqual([
      'intent',
      'decompose',
      'dispatch[0]',
      'dispatch[1]',
      'aggregate',
      'notify',
    ]);
    expect(flow.issued[2]).toMatchObject({ kind: 'model', config: { prompt: 'Do a.' }, item: 0 });
    expect(flow.issued[4]?.inputs).toEqual({
      dispatch: {
        items: [
          { index: 0, status: 'succeeded', output: { text: 'done: Do a.' }, error: null },
          { index: 1, status: 'succeeded', output: { text: 'done: Do b.' }, error: null },
        ],
      },
    });
    expect(flow.issued[5]?.config).toEqual({ text: 'All is done.' });
    expect(flow.statuses()).toMatchObject({ notify: 'succeeded', apology: 'skipped' });
  });

  it('apologises when the subtasks cannot be dispatched', () => {
    const flow = new Driver(assistantPlan());
    flow.start('message', { text: 'do it' });
    const state = flow.run((command) =>
      command.node === 'decompose' ? { output: { subtasks: 'none' } } : answers('task')(command),
    );
    expect(state.status).toBe('succeeded');
    expect(flow.statuses()).toMatchObject({ dispatch: 'failed', notify: 'skipped', apology: 'succeeded' });
    expect(flow.issued.at(-1)?.config).toEqual({ text: 'I could not make sense of the input.' });
  });

  it('fails with the error of its intent call', () => {
    const flow = new Driver(assistantPlan());
    flow.start('message', { text: 'hi' });
    const state = flow.run(() => ({ error: problem('ModelUnavailable', 'no model') }));
    expect(state.status).toBe('failed');
    expect(state.error).toMatchObject({ node: 'intent', type: 'ModelUnavailable' });
    expect(flow.statuses()).toMatchObject({ intent: 'failed', notify: 'cancelled' });
  });

  it('is shown node by node, in the order of its document', () => {
    const flow = new Driver(assistantPlan());
    flow.start('message', { text: 'hi' });
    const nodes = view(flow.program.plan, flow.state);
    expect(nodes.map(({ id, status }) => `${id} ${status}`).slice(0, 3)).toEqual([
      'message succeeded',
      'intent running',
      'decompose pending',
    ]);
    expect(nodes[1]).toMatchObject({
      kind: 'intent',
      startedAt: '1970-01-01T00:00:01.000Z',
      finishedAt: null,
    });
    expect(view(flow.program.plan, null).every(({ status }) => status === 'pending')).toBe(true);
  });
});
