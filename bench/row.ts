import { availableParallelism } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import type { Exchange } from './exchanges.ts';
import { historySize } from './history.ts';
import { type ClosedLoop, type LoadOptions, saturate, steady } from './load.ts';
import {
  type CpuByProcess,
  cpuBetween,
  cpuOf,
  cpuOfAll,
  type DiskBytes,
  diskBytes,
  percentile,
  residentMB,
} from './measure.ts';
import type { TargetName, Timing, Workload } from './options.ts';
import { orderSource, seededRandom } from './orders.ts';
import { busySeconds } from './proc.ts';
import type { Stage } from './stage.ts';

/** Conversations whose histories are summed up. */
const historySample = 10;
const longestWarmUpMs = 60_000;
/** A million a day. */
export const steadyPerSecond = 12;

/** What one workload cost on one target. Latencies are milliseconds, memory megabytes. */
export interface Row {
  target: TargetName;
  workload: Workload;
  modelLatencyMs: number;
  conversations: number;
  /** Orders under way at once at saturation. */
  width: number;
  perSecond: number;
  cpuSecondsPer1000: CpuByProcess & { total: number };
  /** Of the bench itself: load, model and sink, on the same cores. */
  toolsCpuSecondsPer1000: number;
  /** Share of all cores that programs had which are no part of the bench: above a few percent the row says little. */
  foreignCpuPercent: number;
  acceptP50Ms: number | null;
  acceptP99Ms: number | null;
  endToEndP50Ms: number | null;
  endToEndP99Ms: number | null;
  rssMB: CpuByProcess & { total: number };
  historyPerMessage: { events: number; bytes: number };
  diskBytesPerMessage: DiskBytes;
}

export interface RowOptions {
  name: TargetName;
  stage: Stage;
  workload: Workload;
  modelLatencyMs: number;
  width: number;
  timing: Timing;
  /** Tells the orders of this row from those of others. */
  tag: string;
}

/** Measures one row: saturation in a closed loop, then in an open one a million a day, or a share of the saturation. */
export async function measureRow(options: RowOptions): Promise<Row> {
  const { stage, timing } = options;
  const { target, conversations } = stage;
  const load = { ...stage, order: orderSource(options.workload, options.tag, seededRandom(3)) };
  const sample = conversations.slice(0, historySample);
  const history = () => historySize(target.client, sample.map(target.historyQuery));

  const historyBefore = await history();
  const diskBefore = await diskBytes(target.dataDir);
  const { done, inWindow, perSecond, cpu, toolsCpu, foreignCpuShare, rss } = await saturation(
    stage,
    load,
    timing,
    options.width,
  );
  const historyAfter = await history();
  const diskAfter = await diskBytes(target.dataDir);
  const openPerSecond = timing.share === undefined ? steadyPerSecond : Math.max(1, perSecond * timing.share);
  const opened = await steady(load, { perSecond: openPerSecond, seconds: timing.open });

  const sampled = done.filter(({ conversation }) => sample.includes(conversation)).length;
  return {
    target: options.name,
    workload: options.workload,
    modelLatencyMs: options.modelLatencyMs,
    conversations: conversations.length,
    width: options.width,
    perSecond: round(perSecond, 1),
    cpuSecondsPer1000: {
      server: per(inWindow, cpu.server * 1_000, 1),
      app: per(inWindow, cpu.app * 1_000, 1),
      total: per(inWindow, (cpu.server + cpu.app) * 1_000, 1),
    },
    toolsCpuSecondsPer1000: per(inWindow, toolsCpu * 1_000, 1),
    foreignCpuPercent: round(Math.max(0, foreignCpuShare * 100)),
    ...latencies(opened),
    rssMB: { server: round(rss.server), app: round(rss.app), total: round(rss.server + rss.app) },
    historyPerMessage: {
      events: per(sampled, historyAfter.events - historyBefore.events, 1),
      bytes: per(sampled, historyAfter.bytes - historyBefore.bytes),
    },
    diskBytesPerMessage: {
      temporal: per(done.length, diskAfter.temporal - diskBefore.temporal),
      store: per(done.length, diskAfter.store - diskBefore.store),
      index: per(done.length, diskAfter.index - diskBefore.index),
    },
  };
}

/** Saturates; CPU is counted from where the warm-up ends to where the window ends, memory at its end. */
async function saturation({ target, tools }: Stage, load: LoadOptions, timing: Timing, width: number) {
  const loop = saturate(load, width);
  await warmUp(loop, timing.warmUp);
  const from = Date.now();
  const cpuBefore = cpuOf(target.processes());
  const toolsBefore = cpuOfAll(tools);
  const busyBefore = busySeconds();
  await delay(timing.saturation * 1_000);
  const until = Date.now();
  const cpu = cpuBetween(cpuBefore, cpuOf(target.processes()));
  const toolsCpu = cpuOfAll(tools) - toolsBefore;
  const foreignCpu = busySeconds() - busyBefore - cpu.server - cpu.app - toolsCpu;
  const foreignCpuShare = foreignCpu / ((until - from) / 1_000) / availableParallelism();
  const rss = residentMB(target.processes());
  await loop.stop();
  const { done } = loop;
  const inWindow = done.filter(({ repliedAt }) => repliedAt >= from && repliedAt < until).length;
  return {
    done,
    inWindow,
    perSecond: inWindow / ((until - from) / 1_000),
    cpu,
    toolsCpu,
    foreignCpuShare,
    rss,
  };
}

/** Until the loop has turned twice: all start together, and are first answered together. */
async function warmUp(loop: ClosedLoop, seconds: number): Promise<void> {
  const start = Date.now();
  while (Date.now() < start + seconds * 1_000 || loop.done.length < 2 * loop.width) {
    if (Date.now() > start + longestWarmUpMs) return;
    await delay(50);
  }
}

function latencies(exchanges: Exchange[]) {
  const accept = exchanges.map(({ sentAt, acceptedAt }) => acceptedAt - sentAt);
  const endToEnd = exchanges.map(({ sentAt, repliedAt }) => repliedAt - sentAt);
  return {
    acceptP50Ms: percentile(accept, 0.5),
    acceptP99Ms: percentile(accept, 0.99),
    endToEndP50Ms: percentile(endToEnd, 0.5),
    endToEndP99Ms: percentile(endToEnd, 0.99),
  };
}

/** A total's share of each of `count`; of none, the total itself would mislead, so 0. */
function per(count: number, total: number, digits = 0): number {
  return count === 0 ? 0 : round(total / count, digits);
}

function round(value: number, digits = 0): number {
  return Number(value.toFixed(digits));
}
