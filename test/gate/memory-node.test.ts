import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FlowNode } from '../../contracts/flow.ts';
import { flow, message, node, start } from '../errand/flow.ts';
import { startTestErrand, type TestErrand } from '../errand/start-test-errand.ts';
import { type ModelServer, startModelServer } from '../fakes/model-server.ts';

let model: ModelServer;
let errand: TestErrand;
beforeAll(async () => {
  model = await startModelServer();
  errand = await startTestErrand({ models: [model.endpoint], flow: 'noting' });
});
afterAll(async () => {
  await errand.end();
  await model.close();
});

/** Notes the order, and says what is noted then. */
function publish(before: FlowNode[] = []): Promise<void> {
  const [first] = before;
  const edges = ['note>read', 'read>say'];
  return errand.publish(
    flow(
      'noting',
      [
        start,
        message,
        ...before,
        node('note', 'memory', { action: 'remember', text: '{{ trigger.text }}' }),
        node('read', 'memory', { action: 'read', limit: 5 }),
        node('say', 'notify', {
          text: '{{ nodes.note.output.id }}: {{ nodes.read.output.notes.map(n, n.text) }} after {{ size(nodes.read.output.messages) }}',
        }),
      ],
      first
        ? [`message>${first.id}`, `${first.id}>note`, ...edges]
        : ['start>note', 'message>note', ...edges],
    ),
  );
}

async function say(text: string, conversation: string): Promise<string> {
  return (await errand.ask(text, { conversation })).reply.text;
}

describe('the memory of a conversation, in a flow', () => {
  it('takes a note, sees it at once, and keeps it for the people there', async () => {
    await publish();
    expect(await say('tea', 'c1')).toMatch(/^[a-z2-7]{8}: \["tea"\] after 0$/);
    expect(await say('milk', 'c1')).toMatch(/\["tea","milk"\] after 2$/);
    expect(await say('/memory', 'c1')).toMatch(/and 2 notes:\n\w{8} {2}tea\n\w{8} {2}milk$/);
    expect(await say('other', 'c2')).toMatch(/\["other"\] after 0$/);
  });

  it('takes it from a run of its own as well', async () => {
    await publish([node('pause', 'wait', { for: '200ms' })]);
    expect(await say('later', 'c3')).toMatch(/^[a-z2-7]{8}: \["later"\] after 0$/);
    await expect.poll(() => say('/memory', 'c3')).toMatch(/and 1 note:\n\w{8} {2}later$/);
  });

  it.each([
    ['a text that is too long', 'x'.repeat(1_001), 'a note has 1 to 1000 characters, not 1001'],
    ['a blank text', ' ', 'a note has 1 to 1000 characters, not 0'],
  ])('does not take %s', async (_, text, detail) => {
    await publish();
    const id = `m-${text.length}`;
    await errand.ask(text, { conversation: 'c4', id });
    await expect
      .poll(() => errand.run(id))
      .toMatchObject({
        status: 'failed',
        error: { type: 'InvalidInput', message: detail, node: 'note' },
      });
  });

  it('forgets what a flow says, and does not mind what is not there', async () => {
    await errand.publish(
      flow(
        'noting',
        [
          message,
          node('forget', 'memory', { action: 'forget', id: '{{ trigger.text }}' }),
          node('read', 'memory', { action: 'read' }),
          node('say', 'notify', { text: 'left: {{ size(nodes.read.output.notes) }}' }),
        ],
        ['message>forget', 'forget>read', 'read>say'],
      ),
    );
    const [, id = ''] = /^Noted \((\w{8})\)/.exec(await say('/remember cake', 'c5')) ?? [];
    await expect.poll(() => say('nothing', 'c5')).toBe('left: 1');
    await expect.poll(() => say(id, 'c5'), { interval: 500 }).toBe('left: 0');
    expect(await say('/memory', 'c5')).toContain('There are no notes');
  });

  it('is none where no message asked', async () => {
    await publish();
    expect((await errand.runFlow('noting', {})).error).toMatchObject({ type: 'InvalidInput', node: 'note' });
  });
});
