import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApplicationFailure, type Info } from '@temporalio/activity';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { createNodeActivities } from '../../activities/nodes/index.ts';
import type { NodeActivities, NodeInput, NodeResult } from '../../contracts/activities.ts';
import type { JsonObject } from '../../contracts/json.ts';
import { plan, validate } from '../../engine/document.ts';
import { createFlowStore } from '../../services/flows/index.ts';
import { createSnapshotStore, type SnapshotStore } from '../../services/memory/index.ts';
import { openObjectStore } from '../../services/objects/index.ts';
import { type ModelServer, type Reply, startModelServer } from './model-server.ts';
import { gatewayTo } from './model-server-gateway.ts';

export interface NodesUnderTest {
  nodes: NodeActivities;
  server: ModelServer;
  snapshots: SnapshotStore;
  close(): Promise<void>;
}

/** The activities of all kinds over a model that follows the script, or behaves, and a store of their own. */
export async function startNodes(script?: Reply[]): Promise<NodesUnderTest> {
  const folder = await mkdtemp(join(tmpdir(), 'errand-nodes-'));
  const objects = await openObjectStore({ url: `file://${folder}` });
  const server = await startModelServer(script ? { script } : {});
  const { gateway, egress, close } = gatewayTo([server]);
  const snapshots = createSnapshotStore(objects);
  const logger = { info: () => {}, warn: () => {} };
  return {
    nodes: createNodeActivities({
      plans: createFlowStore(objects, { validate, plan }),
      gateway,
      snapshots,
      windowTokens: 100,
      egress,
      logger,
    }),
    server,
    snapshots,
    async close() {
      await close();
      await server.close();
      await objects.close();
      await rm(folder, { recursive: true });
    },
  };
}

/** A node's input as its workflow would give it. */
export function nodeInputOf(config: JsonObject, more: Partial<NodeInput> = {}): NodeInput {
  return {
    run: { runId: 'r'.repeat(26), traceId: '0'.repeat(32), language: 'en', flow: 'assistant' },
    task: 'node',
    config,
    text: 'hello',
    retry: { maximumAttempts: 3, initialIntervalMs: 1_000, backoffCoefficient: 2, maximumIntervalMs: 10_000 },
    ...more,
  };
}

/** Where heartbeats and cancellation can be watched. Failures are not logged, since most are wanted. */
export function nodeEnvironment(info: Partial<Info> = {}): MockActivityEnvironment {
  const logger = new DefaultLogger('ERROR');
  return new MockActivityEnvironment({ startToCloseTimeoutMs: 10_000, ...info }, { logger });
}

/** Runs a node's activity where Temporal's context is; `info` is what Temporal would know of the attempt. */
export function runNode(
  activity: NodeActivities[keyof NodeActivities],
  input: NodeInput,
  info?: Partial<Info>,
): Promise<NodeResult> {
  return nodeEnvironment(info).run(activity, input);
}

/** The failure that a workflow would see. */
export async function failureOfNode(...call: Parameters<typeof runNode>): Promise<ApplicationFailure> {
  const thrown = await runNode(...call).then(
    () => new Error('the node did not fail'),
    (error: unknown) => error,
  );
  if (thrown instanceof ApplicationFailure) return thrown;
  throw thrown;
}
