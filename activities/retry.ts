import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import type { ConversationActivities, RetryResult } from '../contracts/activities.ts';
import { runId as runIdSchema } from '../contracts/ids.ts';
import type { KeptRun } from '../contracts/kept-run.ts';
import { ResumeRefused, resumption } from '../engine/index.ts';
import type { FlowStore } from '../services/flows/index.ts';
import type { KeptRunStore, RunIndex } from '../services/records/index.ts';
import { AlreadyResumed, RunNotKept, resumeRun } from '../services/runs/index.ts';
import { failureOf } from './failure.ts';

/** Pauses between looks, in milliseconds. */
const looks = [0, 500, 1_500];

/** How long the index of runs may take to hear of earlier tries. */
const refreshMs = 5_000;

export interface RetryDependencies {
  temporal: Client;
  keptRuns: Pick<KeptRunStore, 'load'>;
  flows: Pick<FlowStore, 'plan'>;
  runIndex: Pick<RunIndex, 'query' | 'refresh'>;
}

/** Goes on from a run of the asker's own conversation; of others nothing is told. */
export function createRetry(deps: RetryDependencies): ConversationActivities['retry'] {
  return async ({ runId, from, key }) => {
    if (!runIdSchema.safeParse(runId).success) return { type: 'unknown' };
    try {
      const kept = await keptOf(deps, runId);
      if (kept?.origin.type !== 'message') return { type: 'unknown' };
      const { account, conversation, text } = kept.origin.message;
      if (account !== from.account || conversation !== from.conversation) return { type: 'unknown' };
      await deps.runIndex.refresh({ patienceMs: refreshMs });
      const request = { runId, by: key, once: true };
      return {
        type: 'resumed',
        runId: await resumeRun({ ...deps, resumption, clock: Date.now }, request),
        text,
      };
    } catch (thrown) {
      const refused = refusalOf(thrown);
      if (refused) return refused;
      throw failureOf(thrown, 'StoreUnavailable');
    }
  };
}

/** What failed just now is told of a moment before it is kept. */
async function keptOf({ keptRuns }: RetryDependencies, runId: string): Promise<KeptRun | null> {
  for (const ms of looks) {
    await pause(ms);
    const kept = await keptRuns.load(runId);
    if (kept) return kept;
  }
  return null;
}

function refusalOf(thrown: unknown): RetryResult | undefined {
  if (thrown instanceof RunNotKept) return { type: 'unknown' };
  if (thrown instanceof AlreadyResumed) return { type: 'again' };
  if (thrown instanceof ResumeRefused) {
    return { type: thrown.code === 'nothing_failed' ? 'nothingFailed' : 'changed' };
  }
  return undefined;
}
