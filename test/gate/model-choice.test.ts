import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FlowDocument } from '../../contracts/flow.ts';
import { startTestErrand, type TestErrand } from '../errand/start-test-errand.ts';
import { type ChatRequest, type ModelServer, type Reply, startModelServer } from '../fakes/model-server.ts';
import { behave } from '../fakes/model-server-behaving.ts';

const patient = { timeout: 20_000 };

let first: ModelServer;
let second: ModelServer;
let errand: TestErrand;
let down = false;

beforeAll(async () => {
  const behaviour = (request: ChatRequest): Reply => (down ? { status: 503 } : behave(request));
  first = await startModelServer({ behaviour });
  second = await startModelServer({ behaviour });
  errand = await startTestErrand({ models: [first.endpoint, second.endpoint] });
});
afterAll(async () => {
  await errand.end();
  await Promise.all([first.close(), second.close()]);
});

/** How often each was asked while something happened. */
async function asked(during: () => Promise<unknown>): Promise<[number, number]> {
  const before = [first.count(), second.count()] as const;
  await during();
  return [first.count() - before[0], second.count() - before[1]];
}

function flowOf(id: string, more: Partial<FlowDocument>, config: Record<string, string> = {}): FlowDocument {
  return {
    schemaVersion: 1,
    id,
    name: { en: id, zh: id },
    nodes: [
      { id: 'message', kind: 'trigger.message' },
      { id: 'answer', kind: 'model', config: { prompt: '{{ trigger.text }}', ...config } },
      { id: 'say', kind: 'notify', config: { text: '{{ nodes.answer.output.text }}' } },
    ],
    edges: [
      { from: 'message', to: 'answer' },
      { from: 'answer', to: 'say' },
    ],
    ...more,
  };
}

describe('which model is asked first', () => {
  it('is chosen by the people of a conversation, in English and in Chinese, and for it alone', async () => {
    const conversation = 'choosing';
    expect((await errand.ask('/model', { conversation })).reply.text).toMatch(
      /order of preference.*model-0/s,
    );
    expect((await errand.ask('/model nobody', { conversation })).reply.text).toMatch(/no model “nobody”/);
    expect((await errand.ask('/模型 model-1', { conversation })).reply.text).toMatch(/“model-1”/);
    expect(await asked(() => errand.ask('hello', { conversation }))).toEqual([0, 1]);
    expect(await asked(() => errand.ask('hello', { conversation: 'elsewhere' }))).toEqual([1, 0]);
    await errand.ask('/model -', { conversation });
    expect(await asked(() => errand.ask('hello', { conversation }))).toEqual([1, 0]);
  });

  it('is said by a flow, and by a node before it', async () => {
    const prompt = 'Say hello.';
    await errand.publish(flowOf('by-flow', { model: 'model-1' }, { prompt }));
    await errand.publish(flowOf('by-node', { model: 'model-1' }, { prompt, model: 'model-0' }));
    expect(await asked(() => errand.runFlow('by-flow', {}))).toEqual([0, 1]);
    expect(await asked(() => errand.runFlow('by-node', {}))).toEqual([1, 0]);
  });
});

describe('while no model answers', () => {
  it('a flow that may wait tells the person at once, lets others pass, and answers when one is back', async () => {
    const conversation = 'waiting';
    await errand.publish(flowOf('patient', { whenUnavailable: 'wait' }));
    await errand.ask('/flow patient', { conversation });
    down = true;
    try {
      await errand.post('hello', { id: 'm-wait', conversation });
      const { reply } = await errand.receiver.waitFor(
        ({ reply: said }) => said.inReplyTo === 'm-wait' && !said.final,
        20_000,
      );
      expect(reply.text).toMatch(/No model can be reached right now. I keep trying/);
      expect((await errand.ask('/whoever', { conversation: 'others', id: 'm-others' })).reply.outcome).toBe(
        'failed',
      );
    } finally {
      down = false;
    }
    expect((await errand.finalReply('m-wait', 40_000)).reply).toMatchObject({ outcome: 'answered' });
    await expect.poll(() => errand.run('m-wait'), patient).toMatchObject({ status: 'answered' });
  }, 80_000);
});

describe('what models used', () => {
  it('is in the run, and in the metrics', async () => {
    await errand.ask('hello', { id: 'm-usage', conversation: 'usage' });
    await expect
      .poll(() => errand.run('m-usage'), patient)
      .toMatchObject({ usage: { calls: 1, ms: expect.any(Number) } });
    const metrics = await (await errand.api('/metrics')).text();
    expect(metrics).toMatch(/errand_model_breaker\{model="model-0"\} [012]/);
    expect(metrics).toContain('errand_model_first_token_seconds_count{model="model-0"}');
    expect(metrics).toContain('errand_model_tokens_total{model="model-0",kind="prompt"}');
  });
});
