import { parseArgs } from 'node:util';
import { z } from 'zod';
import { durationMs } from '../contracts/duration.ts';
import { durationText } from '../contracts/duration-text.ts';
import { widthAt } from './width.ts';

export const workloads = ['quick', 'task3', 'mix'] as const;
export type Workload = (typeof workloads)[number];
export type TargetName = 'errand' | 'floor';

/** One workload against Errand, for what is not measured by rows. */
export interface Single {
  conversations: number;
  workload: Workload;
  modelLatencyMs: number;
}

/** How long each part of a row takes, in seconds. An `open` of 0 leaves the open-loop part out. */
export interface Timing {
  warmUp: number;
  saturation: number;
  open: number;
  idle: number;
  /** Of what it saturates at: the rate of the open loop. Without it that is a million a day. */
  share?: number;
}

/** One started target and the rows measured on it, in order. */
export interface Session {
  target: TargetName;
  conversations: number;
  rows: { workload: Workload; latencyMs: number; width: number }[];
}

export interface Options {
  json: boolean;
  timing: Timing;
  sessions: Session[];
  /** A long open-loop run instead of the sessions. */
  soak?: Single & { durationMs: number };
  /** The engine and a fan-out, likewise. */
  flows?: true;
  /** What asking a model costs, likewise. */
  gateway?: true;
  /** How fast messages are taken while nobody works them off, by kind of channel, likewise. */
  accept?: { seconds: number; kind?: string };
  /** Whether deleted histories are used again, likewise. */
  retention?: Single & { seconds: number };
}

const count = z.coerce.number().int().positive();

const widths = z
  .string()
  .transform((text) => text.split(',').map(Number))
  .pipe(z.array(z.number().int().positive()));

const flags = z.object({
  json: z.boolean().default(false),
  quick: z.boolean().default(false),
  target: z.enum(['errand', 'floor', 'both']).default('both'),
  workload: z.enum(workloads).optional(),
  latency: z.coerce.number().int().min(0).optional(),
  conversations: count.optional(),
  seconds: count.optional(),
  width: widths.optional(),
  open: z.coerce.number().int().min(0).optional(),
  idle: durationText.optional(),
  soak: durationText.optional(),
  retention: z.boolean().default(false),
  flows: z.boolean().default(false),
  gateway: z.boolean().default(false),
  accept: z.boolean().default(false),
  kind: z.string().optional(),
  share: z.coerce.number().min(0.05).max(1.5).optional(),
});

const full: Timing = { warmUp: 5, saturation: 30, open: 20, idle: 60 };
const quick: Timing = { warmUp: 2, saturation: 8, open: 4, idle: 5 };

/** Reads the command line. Throws with a message for the person when it is wrong. */
export function readOptions(args: string[]): Options {
  const { values } = parseArgs({
    args,
    options: {
      json: { type: 'boolean' },
      quick: { type: 'boolean' },
      target: { type: 'string' },
      workload: { type: 'string' },
      latency: { type: 'string' },
      conversations: { type: 'string' },
      seconds: { type: 'string' },
      width: { type: 'string' },
      open: { type: 'string' },
      idle: { type: 'string' },
      soak: { type: 'string' },
      retention: { type: 'boolean' },
      flows: { type: 'boolean' },
      gateway: { type: 'boolean' },
      accept: { type: 'boolean' },
      kind: { type: 'string' },
      share: { type: 'string' },
    },
  });
  const parsed = flags.safeParse(values);
  if (!parsed.success) throw new Error(`wrong option: ${z.prettifyError(parsed.error)}`);
  const given = parsed.data;

  const base = given.quick ? quick : full;
  const timing: Timing = { ...base };
  if (given.seconds !== undefined) timing.saturation = given.seconds;
  if (given.open !== undefined) timing.open = given.open;
  if (given.share !== undefined) timing.share = given.share;
  if (given.idle !== undefined) timing.idle = durationMs(given.idle) / 1_000;

  const targets: TargetName[] = given.target === 'both' ? ['errand', 'floor'] : [given.target];
  const latencies = given.latency === undefined ? (given.quick ? [20] : [20, 2_000]) : [given.latency];
  const chosen = given.workload === undefined ? workloads : [given.workload];
  const rows = latencies.flatMap((latencyMs) =>
    chosen.flatMap((workload) =>
      (given.width ?? [widthAt(latencyMs)]).map((width) => ({ workload, latencyMs, width })),
    ),
  );

  const sessions = targets.flatMap((target) =>
    conversationCounts(target, given.quick, given.conversations).map((conversations) => ({
      target,
      conversations,
      rows,
    })),
  );
  const options: Options = { json: given.json, timing, sessions };
  const single = {
    conversations: given.conversations ?? 200,
    workload: given.workload ?? 'mix',
    modelLatencyMs: given.latency ?? 2_000,
  };
  if (given.soak !== undefined) options.soak = { ...single, durationMs: durationMs(given.soak) };
  if (given.flows) options.flows = true;
  if (given.gateway) options.gateway = true;
  if (given.accept) {
    options.accept = {
      seconds: timing.saturation,
      ...(given.kind === undefined ? {} : { kind: given.kind }),
    };
  }
  if (given.retention) options.retention = { ...single, seconds: timing.saturation };
  return options;
}

/** The floor knows no conversations, so one count says all about it. */
function conversationCounts(target: TargetName, isQuick: boolean, given: number | undefined): number[] {
  if (given !== undefined) return [given];
  if (isQuick) return [60];
  return target === 'floor' ? [200] : [200, 2_000];
}
