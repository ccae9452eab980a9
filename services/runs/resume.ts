import type { Client } from '@temporalio/client';
import type { FlowPlan, FlowState, Json, KeptRun } from '../../contracts/index.ts';
import { FlowNotFound, type FlowStore } from '../flows/index.ts';
import type { KeptRunStore, RunIndex } from '../records/index.ts';
import { AlreadyResumed, RunNotKept } from './errors.ts';
import { resumedRunId } from './run-ids.ts';
import { startedBy, startRun } from './start.ts';

/** The engine's part, handed in: services do not know the engine. Throws when the run cannot go on like that. */
export type Resumption = (
  old: Pick<KeptRun, 'plan' | 'state'>,
  next: FlowPlan,
  options: { fromNode?: string; overrides?: Record<string, Json> },
) => Pick<FlowState, 'presets' | 'keptItems' | 'only'>;

export interface ResumeDependencies {
  temporal: Client;
  keptRuns: Pick<KeptRunStore, 'load'>;
  flows: Pick<FlowStore, 'plan'>;
  runIndex: Pick<RunIndex, 'query'>;
  resumption: Resumption;
  /** Epoch milliseconds. */
  clock(): number;
}

export interface ResumeRequest {
  runId: string;
  /** Goes on from here; without it from what failed. */
  fromNode?: string;
  /** Of the run's flow; without it the newest published one. */
  version?: number;
  /** By node id: outputs that are taken instead. */
  overrides?: Record<string, Json>;
  /** Who asks, such as a message's id: asking again under it gives the same run. */
  by?: string;
  /** Refuses with `AlreadyResumed` while, or after, another run of it goes on or ended well. */
  once?: boolean;
}

/** Resumed more often than this, somebody's script has gone wild. */
const mostResumptions = 200;

/**
 * Starts a new run that keeps what is finished of an old one and goes on from there. The new run's id follows from the
 * old one's and how many there were before, so that of two who ask at the same moment only one gets the next.
 * Throws `RunNotKept`, `AlreadyResumed`, `KeptRunDamaged`, `FlowNotFound`, `FlowInvalid`, and what `resumption` throws.
 */
export async function resumeRun(deps: ResumeDependencies, request: ResumeRequest): Promise<string> {
  const { runId, by, once = false } = request;
  const kept = await deps.keptRuns.load(runId);
  if (!kept) throw new RunNotKept(runId);
  const { runs: earlier } = await deps.runIndex.query({ resumedFrom: runId, limit: mostResumptions });
  const good = earlier.find(({ status }) => status !== 'failed');
  if (once && good) throw new AlreadyResumed(runId, good.id);
  const last = earlier.length > 0 ? resumedRunId(runId, earlier.length - 1) : undefined;
  if (by !== undefined && last && (await startedBy(deps.temporal, last)) === by) return last;

  const plan = await planOf(deps.flows, kept, request.version);
  const { fromNode, overrides } = request;
  const start = deps.resumption(kept, plan, {
    ...(fromNode === undefined ? {} : { fromNode }),
    ...(overrides === undefined ? {} : { overrides }),
  });
  for (let nth = earlier.length; nth < mostResumptions; nth += 1) {
    const id = resumedRunId(runId, nth);
    const input = {
      runId: id,
      origin: kept.origin,
      startedAt: deps.clock(),
      plan,
      flow: plan.flow,
      start: { trigger: kept.state.trigger, input: kept.state.input, ...start },
      resumedFrom: runId,
      ...(kept.dry ? { dry: true } : {}),
      ...(kept.chosen ? { chosen: { intent: kept.chosen.intent, arguments: kept.chosen.arguments } } : {}),
    };
    if (await startRun(deps.temporal, input, by)) return id;
    if (by !== undefined && (await startedBy(deps.temporal, id)) === by) return id;
    if (once) throw new AlreadyResumed(runId, id);
  }
  throw new AlreadyResumed(runId, resumedRunId(runId, mostResumptions - 1));
}

/** What a draft ran has no number: without another version it goes on as it was. So does a flow that is no more. */
async function planOf(
  flows: ResumeDependencies['flows'],
  { plan }: KeptRun,
  version: number | undefined,
): Promise<FlowPlan> {
  const { id, draft } = plan.flow;
  if (version !== undefined) return flows.plan({ id, version });
  if (draft) return plan;
  try {
    return await flows.plan({ id });
  } catch (error) {
    if (error instanceof FlowNotFound) return plan;
    throw error;
  }
}
