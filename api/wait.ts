import type { Client } from '@temporalio/client';
import { durationMs, type EndedRun, type RunResult, waitTime } from '../contracts/index.ts';
import { runResult } from '../services/runs/index.ts';
import type { ApiContext } from './context.ts';
import { ProblemError } from './problems.ts';

/** The milliseconds of `?wait=10s`, 0 without it. Throws `bad-request` for anything else, and above a minute. */
export function waitOf(c: ApiContext): number {
  const text = c.req.query('wait');
  if (text === undefined) return 0;
  const parsed = waitTime.safeParse(text);
  if (parsed.success) return durationMs(parsed.data);
  throw new ProblemError('bad-request', { detail: 'wait: a duration such as 10s, at most 60s' });
}

/** 200 with how the run ended, when it does so in time; else 202 with where it is found. */
export async function answerWithRun(c: ApiContext, temporal: Client, runId: string, waitMs: number) {
  const result = waitMs > 0 ? await runResult(temporal, runId, waitMs) : null;
  return result ? c.json(endedRunOf(runId, result), 200) : c.json({ runId }, 202);
}

function endedRunOf(runId: string, { outcome, output, error }: RunResult): EndedRun {
  return { runId, status: outcome, output, error };
}
