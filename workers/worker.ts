import type { DataConverter } from '@temporalio/common';
import type { NativeConnection } from '@temporalio/worker';
import { taskQueue } from '../contracts/workflows.ts';
import type { TemporalTarget } from '../services/temporal/index.ts';
import { LeanWorker } from './lean-worker.ts';

/** Each cached workflow keeps about 0.25 MB; one that falls out is replayed when it is next needed. */
const cachedWorkflows = 600;
/** Model calls and deliveries wait more than they work. */
const activitySlots = 1_000;
const workflowTaskSlots = 200;
/** The server is told no more often. Less than half of the shortest heartbeat timeout, that of a connection. */
const heartbeatInterval = '2s';
/** What is under way when a worker is told to stop may finish; the rest is handed over by its retry. */
const graceTime = '25s';
const forceTime = '30s';

export interface WorkerOptions {
  target: TemporalTarget;
  connection: NativeConnection;
  dataConverter: DataConverter;
  activities: object;
  bundlePath: string;
  /** How it is known to the server. */
  identity: string;
  /** Zero: every task replays from the start, to prove that it can. */
  maxCachedWorkflows?: number;
}

export interface WorkerProcess {
  /** Resolves when the worker has drained; rejects when it failed. */
  done: Promise<void>;
  /** Takes no new work from now on. */
  drain(): void;
}

/** A worker on the one task queue, polling when this resolves. */
export async function createWorker(options: WorkerOptions): Promise<WorkerProcess> {
  const worker = await LeanWorker.create({
    connection: options.connection,
    namespace: options.target.namespace,
    taskQueue,
    identity: options.identity,
    workflowBundle: { codePath: options.bundlePath },
    activities: options.activities,
    dataConverter: options.dataConverter,
    maxCachedWorkflows: options.maxCachedWorkflows ?? cachedWorkflows,
    maxConcurrentActivityTaskExecutions: activitySlots,
    maxConcurrentLocalActivityExecutions: activitySlots,
    maxConcurrentWorkflowTaskExecutions: workflowTaskSlots,
    workflowTaskPollerBehavior: { type: 'autoscaling', minimum: 2, initial: 2, maximum: 8 },
    activityTaskPollerBehavior: { type: 'autoscaling', minimum: 1, initial: 2, maximum: 8 },
    maxHeartbeatThrottleInterval: heartbeatInterval,
    shutdownGraceTime: graceTime,
    shutdownForceTime: forceTime,
  });
  const done = worker.run();
  return {
    done,
    drain: () => {
      if (worker.getState() === 'RUNNING') worker.shutdown();
    },
  };
}
