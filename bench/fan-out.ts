import { randomBytes } from 'node:crypto';
import type { FlowDocument } from '../contracts/flow.ts';
import { type RunInput, taskQueue, workflowTypes } from '../contracts/workflows.ts';
import { plan } from '../engine/document.ts';
import { type HistorySize, historySize } from './history.ts';
import type { TargetName } from './options.ts';
import { onStage } from './stage.ts';
import type { Target } from './target.ts';

const items = 200;
const window = 50;
const warmUps = 2;
const rounds = 8;
const modelLatencyMs = 20;

/** A fan-out of 200 model calls, 50 at a time, by one run after the other. */
export interface FanOutResult {
  target: TargetName;
  itemsPerSecond: number;
  /** Of all executions that one run took. */
  historyPerItem: HistorySize;
}

/** One node that asks a model about each item. */
const flow: FlowDocument = {
  schemaVersion: 1,
  id: 'fan-out',
  name: { en: 'Fan-out', zh: '扇出' },
  nodes: [
    { id: 'start', kind: 'trigger.webhook' },
    {
      id: 'each',
      kind: 'dispatch',
      config: {
        items: '{{ trigger.input }}',
        do: { kind: 'model', config: { prompt: '{{ item }}' } },
        concurrency: window,
      },
    },
  ],
  edges: [{ from: 'start', to: 'each' }],
};

/** Measures the same fan-out on Errand or on the floor. */
export function measureFanOut(target: TargetName, say: (text: string) => void): Promise<FanOutResult> {
  return onStage({ target, conversations: 0, say }, async (stage) => {
    stage.setModelLatency(modelLatencyMs);
    const run = target === 'errand' ? runOnErrand : runOnFloor;
    for (let round = 0; round < warmUps; round += 1) await run(stage.target);
    const queries: string[] = [];
    const startedAt = performance.now();
    for (let round = 0; round < rounds; round += 1) queries.push(...(await run(stage.target)));
    const seconds = (performance.now() - startedAt) / 1_000;
    const { events, bytes } = await historySize(stage.target.client, queries);
    const perItem = (total: number): number => Number((total / rounds / items).toFixed(2));
    return {
      target,
      itemsPerSecond: Math.round((rounds * items) / seconds),
      historyPerItem: { events: perItem(events), bytes: perItem(bytes) },
    };
  });
}

const orders = (): string[] => Array.from({ length: items }, (_, index) => `part ${index} of the work`);

/** Resolves with what finds the executions of the run. */
async function runOnErrand({ client }: Target): Promise<string[]> {
  const runId = randomBytes(13).toString('hex');
  const input: RunInput = {
    runId,
    origin: {
      type: 'api',
      input: { input: orders() },
      user: 'bench',
      traceId: randomBytes(16).toString('hex'),
      language: 'en',
    },
    startedAt: Date.now(),
    plan: plan(flow, 1),
    flow: { id: flow.id, version: 1 },
  };
  const workflowId = `run:${runId}`;
  await client.workflow.execute(workflowTypes.run, { workflowId, taskQueue, args: [input] });
  return [`WorkflowId = '${workflowId}'`, `WorkflowId STARTS_WITH 'batch:${runId}:'`];
}

async function runOnFloor({ client }: Target): Promise<string[]> {
  const workflowId = `fan-out:${randomBytes(13).toString('hex')}`;
  await client.workflow.execute('fanOut', { workflowId, taskQueue: 'floor', args: [orders(), window] });
  return [`WorkflowId = '${workflowId}'`];
}
