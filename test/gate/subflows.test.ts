import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Json } from '../../contracts/json.ts';
import type { Run } from '../../contracts/run.ts';
import { flow, message, node, start } from '../errand/flow.ts';
import { startTestErrand, type TestErrand } from '../errand/start-test-errand.ts';
import { type ModelServer, startModelServer } from '../fakes/model-server.ts';
import { behave } from '../fakes/model-server-behaving.ts';

let model: ModelServer;
let errand: TestErrand;
beforeAll(async () => {
  model = await startModelServer({
    behaviour: (request) =>
      request.messages.at(-1)?.content.includes('hang') ? { hang: 'headers' } : behave(request),
  });
  errand = await startTestErrand({
    models: [model.endpoint],
    flow: 'outer',
    timeouts: { firstToken: '100s' },
  });
});
afterAll(async () => {
  await errand.end();
  await model.close();
});

const handle = (runId: string) => errand.temporal.workflow.getHandle(`run:${runId}`);
const outputOf = (run: Run, id: string): Json | undefined => run.nodes.find((one) => one.id === id)?.output;
/** Runs of a flow, as Temporal lists them. */
async function runsOf(id: string): Promise<string[]> {
  const ids: string[] = [];
  for await (const { workflowId } of errand.temporal.workflow.list({
    query: `WorkflowType = 'run' AND ErrandFlow = '${id}'`,
  }))
    ids.push(workflowId.slice('run:'.length));
  return ids;
}
async function onlyRunOf(id: string): Promise<string> {
  await expect.poll(() => runsOf(id), { timeout: 20_000 }).toHaveLength(1);
  return (await runsOf(id))[0] ?? '';
}

describe('a flow within a flow', () => {
  it('is a run of its own, whose result goes on in the outer one, and whose words are not final', async () => {
    await errand.publish(
      flow(
        'inner',
        [
          start,
          node('say', 'notify', { text: 'doubling {{ trigger.input.n }}' }),
          node('double', 'transform', { output: '{{ trigger.input.n * 2 }}' }),
        ],
        ['start>say', 'say>double'],
      ),
    );
    await errand.publish(
      flow(
        'outer',
        [
          message,
          node('sub', 'subflow', { flow: 'inner', input: { n: 21 } }),
          node('say', 'notify', { text: 'it is {{ nodes.sub.output }}' }),
        ],
        ['message>sub', 'sub>say'],
      ),
    );
    const { reply } = await errand.ask('double', { id: 'm-outer' });
    expect(reply).toMatchObject({ text: 'it is 42', outcome: 'answered' });
    const others = errand.receiver.requests.filter(
      (one) => one.reply.inReplyTo === 'm-outer' && one.reply.runId !== reply.runId,
    );
    expect(others.map((one) => one.reply)).toMatchObject([
      { type: 'progress', text: 'doubling 21', final: false },
    ]);
    const inner = await errand.ended(await onlyRunOf('inner'));
    expect(inner).toMatchObject({
      status: 'answered',
      parent: reply.runId,
      messageId: null,
      acceptedAt: null,
    });
    const outer = await errand.ended(reply.runId);
    expect(outer).toMatchObject({ status: 'answered', parent: null, messageId: 'm-outer' });
    await expect.poll(() => errand.ledger()).toMatchObject({ accepted: 1, answered: 1, running: 0 });
  });

  it('is of the version that is named, else of the newest', async () => {
    const said = (word: string) =>
      flow('said', [start, node('say', 'transform', { output: word })], ['start>say']);
    const sub = (id: string, version: object) => node(id, 'subflow', { flow: 'said', ...version });
    await errand.publish(said('old'));
    await errand.publish(said('new'));
    const nodes = [start, sub('first', { version: 1 }), sub('newest', {}), sub('none', { version: 9 })];
    await errand.publish(flow('says', nodes, ['start>first', 'first>newest', 'newest>none']));
    const run = await errand.runFlow('says', {});
    expect([outputOf(run, 'first'), outputOf(run, 'newest')]).toEqual(['old', 'new']);
    expect(run.error).toMatchObject({ node: 'none', type: 'SubflowFailed' });
    expect(run.error?.message).toContain('version 9');
  });

  it('may be nested five deep, and no deeper', async () => {
    const nest = (level: number, to: number) =>
      flow(
        `level-${level}`,
        [
          start,
          level === to
            ? node('end', 'transform', { output: 'the bottom' })
            : node('end', 'subflow', { flow: `level-${level + 1}` }),
        ],
        ['start>end'],
      );
    for (let level = 0; level <= 5; level += 1) await errand.publish(nest(level, 5));
    expect(outputOf(await errand.runFlow('level-0', {}), 'end')).toBe('the bottom');
    for (const level of [5, 6]) await errand.publish(nest(level, 6));
    const run = await errand.runFlow('level-0', {});
    expect(run).toMatchObject({ status: 'failed', error: { type: 'SubflowFailed' } });
    const bottom = await Promise.all((await runsOf('level-5')).map((id) => errand.ended(id)));
    expect(bottom.map(({ error }) => error?.type ?? null).sort()).toEqual(['RunLimit', null].sort());
    expect(await runsOf('level-6')).toEqual([]);
  });

  it('that fails fails its node, which handles it as any failure', async () => {
    await errand.publish(
      flow('divides', [start, node('by', 'transform', { output: '{{ 12 / trigger.input }}' })], ['start>by']),
    );
    await errand.publish(
      flow(
        'handles',
        [
          start,
          node('each', 'dispatch', {
            items: [0, 2, 3],
            do: { kind: 'subflow', config: { flow: 'divides', input: '{{ item }}' } },
          }),
          node('sub', 'subflow', { flow: 'nowhere' }, { onError: { action: 'branch' } }),
          node('say', 'notify', { text: '{{ nodes.sub.error.type }}: {{ nodes.sub.error.message }}' }),
        ],
        ['start>each', 'each>sub', 'sub:error>say'],
      ),
    );
    const run = await errand.runFlow('handles', {});
    expect(run.answer).toMatch(/^SubflowFailed: run \w{26} failed \(FlowNotFound: /);
    expect(outputOf(run, 'each')).toMatchObject({
      items: [
        {
          status: 'failed',
          error: { type: 'SubflowFailed', message: expect.stringMatching(/ExpressionError/) },
        },
        { status: 'succeeded', output: 6 },
        { status: 'succeeded', output: 4 },
      ],
    });
  });

  it('is cancelled with the outer one, down to the model call that is under way', async () => {
    await errand.publish(flow('hangs', [start, node('ask', 'model', { prompt: 'hang on' })], ['start>ask']));
    await errand.publish(flow('middle', [start, node('sub', 'subflow', { flow: 'hangs' })], ['start>sub']));
    await errand.publish(flow('top', [start, node('sub', 'subflow', { flow: 'middle' })], ['start>sub']));
    const before = model.count();
    const runId = await errand.startFlow('top', {});
    await expect.poll(() => model.count(), { timeout: 20_000 }).toBe(before + 1);
    expect(model.underWay()).toBe(1);
    await handle(runId).signal('cancelRun');
    expect((await errand.ended(runId)).status).toBe('cancelled');
    const bottom = await errand.ended(await onlyRunOf('hangs'));
    expect(bottom).toMatchObject({ status: 'cancelled', nodes: [{}, { id: 'ask', status: 'cancelled' }] });
    expect((await errand.ended(await onlyRunOf('middle'))).status).toBe('cancelled');
    // It beats every two seconds, and the first time it is told.
    await expect.poll(() => model.underWay(), { timeout: 4_000 }).toBe(0);
  });

  it('shows that it waits while the innermost one does', async () => {
    const ask = node('ask', 'approval', { text: 'Really?' });
    await errand.publish(
      flow('asks', [start, ask, node('then', 'model', { prompt: 'hang on' })], ['start>ask', 'ask>then']),
    );
    await errand.publish(flow('between', [start, node('sub', 'subflow', { flow: 'asks' })], ['start>sub']));
    await errand.publish(
      flow('outermost', [start, node('sub', 'subflow', { flow: 'between' })], ['start>sub']),
    );
    const runId = await errand.startFlow('outermost', {});
    const standing = async () => {
      const { nodes, status } = await errand.runById(runId);
      return [status, nodes.find(({ id }) => id === 'sub')?.status];
    };
    await expect.poll(standing).toEqual(['waiting', 'waiting']);
    const [asked] = await handle(await onlyRunOf('asks')).query<{ id: string }[]>('approvals');
    const response = await errand.api(`/api/v1/approvals/${asked?.id}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"decision":"approve"}',
    });
    expect(response.status).toBe(204);
    await expect.poll(standing).toEqual(['running', 'running']);
    await handle(runId).signal('cancelRun');
    expect((await errand.ended(runId)).status).toBe('cancelled');
  });

  it('that is terminated by hand fails its node', async () => {
    await errand.publish(flow('sleeps', [start, node('wait', 'wait', { for: '1d' })], ['start>wait']));
    await errand.publish(flow('awaits', [start, node('sub', 'subflow', { flow: 'sleeps' })], ['start>sub']));
    const runId = await errand.startFlow('awaits', {});
    await handle(await onlyRunOf('sleeps')).terminate('by hand');
    expect(await errand.ended(runId)).toMatchObject({
      status: 'failed',
      error: { type: 'SubflowFailed', node: 'sub' },
    });
  });
});

describe('a flow named for failures', () => {
  beforeAll(() =>
    errand.publish(
      flow(
        'alarm',
        [
          start,
          node('say', 'notify', {
            text: '{{ trigger.input.flow }} failed at {{ trigger.input.node }}: {{ trigger.input.error.type }}, asked {{ trigger.input.text }}',
          }),
          node('bad', 'transform', { output: '{{ 1 / 0 }}' }),
        ],
        ['start>say', 'say>bad'],
        { onFailure: { flow: 'alarm-of-alarms' } },
      ),
    ),
  );

  it('is run when a run fails, knows what failed, and starts no other when it fails itself', async () => {
    await errand.publish(
      flow('broken', [start, node('bad', 'transform', { output: '{{ 1 / 0 }}' })], ['start>bad'], {
        onFailure: { flow: 'alarm' },
      }),
    );
    const run = await errand.runFlow('broken', {});
    expect(run.status).toBe('failed');
    const alarm = await errand.ended(await onlyRunOf('alarm'));
    expect(alarm).toMatchObject({ parent: run.id, status: 'failed', error: { node: 'bad' } });
    expect(outputOf(alarm, 'say')).toMatchObject({ text: 'broken failed at bad: ExpressionError, asked ' });
    expect(await runsOf('alarm-of-alarms')).toEqual([]);
  });

  it('tells the asker beside the failure, when the flow failed inside its conversation', async () => {
    await errand.publish(
      flow('outer', [message, node('bad', 'transform', { output: '{{ 1 / 0 }}' })], ['message>bad'], {
        onFailure: { flow: 'alarm' },
      }),
    );
    const { reply } = await errand.ask('help', { id: 'm-broken' });
    expect(reply).toMatchObject({ outcome: 'failed', final: true });
    const beside = await errand.receiver.waitFor(
      (one) => one.reply.inReplyTo === 'm-broken' && one.reply.type === 'progress',
      20_000,
    );
    expect(beside.reply).toMatchObject({
      text: 'outer failed at bad: ExpressionError, asked help',
      final: false,
    });
  });
});

describe('a dry run', () => {
  it('records what would have changed something outside, also in its subflows', async () => {
    await errand.publish(
      flow(
        'posts',
        [start, node('post', 'http', { method: 'POST', url: 'http://127.0.0.1:9/', body: { a: 1 } })],
        ['start>post'],
      ),
    );
    await errand.publish(flow('outside', [start, node('sub', 'subflow', { flow: 'posts' })], ['start>sub']));
    const runId = 'dryrunaaaaaaaaaaaaaaaaaaaa';
    await errand.temporal.workflow.start('run', {
      taskQueue: 'errand',
      workflowId: `run:${runId}`,
      args: [
        {
          runId,
          origin: { type: 'api', input: {}, user: 'u', traceId: '', language: 'en' },
          startedAt: Date.now(),
          flow: { id: 'outside' },
          dry: true,
        },
      ],
    });
    expect(outputOf(await errand.ended(runId), 'sub')).toMatchObject({
      dryRun: true,
      kind: 'http',
      config: { method: 'POST', body: { a: 1 } },
    });
  });
});
