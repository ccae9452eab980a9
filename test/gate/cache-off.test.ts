import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunSignal } from '../../contracts/workflows.ts';
import { flow, node, start } from '../errand/flow.ts';
import { startTestErrand, type TestErrand } from '../errand/start-test-errand.ts';
import { type ModelServer, startModelServer } from '../fakes/model-server.ts';
import { controlFlow } from '../replay/paths.ts';

describe('with the workflow cache off, so that every task replays its workflow from the start', () => {
  let model: ModelServer;
  let errand: TestErrand;
  beforeAll(async () => {
    model = await startModelServer({ latencyMs: 50 });
    errand = await startTestErrand({ models: [model.endpoint], maxCachedWorkflows: 0 });
  });
  afterAll(async () => {
    await errand.end();
    await model.close();
  });

  it('a conversation of quick answers, tasks and commands goes on as ever', async () => {
    for (let round = 0; round < 4; round += 1) {
      expect((await errand.ask(`quick ${round}`)).reply.text).toBe(`echo: quick ${round}`);
      expect((await errand.ask(`task: number ${round}`)).reply.text).toContain(`number ${round}`);
    }
    expect((await errand.ask('/runs')).reply.text).toContain('✓');
  });

  it('a delivery that fails once moves to a run of its own', async () => {
    errand.receiver.setFail(({ attempt }) => (attempt < 2 ? { type: 'reset' } : undefined));
    expect((await errand.ask('again please', { conversation: 'c2' })).reply.text).toBe('echo: again please');
    errand.receiver.setFail(undefined);
  });

  it('a flow with a wait and a condition ends', async () => {
    await errand.publish(controlFlow('http://127.0.0.1:9/'));
    expect((await errand.runFlow('control', { n: 7 })).answer).toBe('n is 7');
  });

  it('a run that goes in batches and waits for an event ends', async () => {
    const items = Array.from({ length: 101 }, (_, index) => `item ${index}`);
    const todo = { kind: 'model', config: { prompt: '{{ item }}' } };
    const each = node('each', 'dispatch', { items, do: todo, concurrency: 50 });
    await errand.publish(
      flow('waiting', [start, each, node('event', 'wait', { event: 'go' })], ['start>each', 'each>event']),
    );
    const runId = await errand.startFlow('waiting', {});
    const letter: RunSignal = { type: 'event', name: 'go', data: 1, at: 0 };
    await errand.temporal.workflow.getHandle(`run:${runId}`).signal<[RunSignal]>('mail', letter);
    expect((await errand.ended(runId)).status).toBe('answered');
  });
});
