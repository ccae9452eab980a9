import type { ResumedRuns, ResumeRuns, RunQuery } from '../contracts/index.ts';
import { ResumeRefused } from '../engine/index.ts';
import { FlowInvalid, FlowNotFound } from '../services/flows/index.ts';
import { KeptRunDamaged } from '../services/records/index.ts';
import { AlreadyResumed, type ResumeDependencies, RunNotKept, resumeRun } from '../services/runs/index.ts';
import { mapBounded } from './bounded.ts';
import type { ApiDependencies } from './dependencies.ts';

const concurrency = 8;
/** What is wrong with one run, and does not keep the others from going on. */
const refusals = [AlreadyResumed, FlowInvalid, FlowNotFound, KeptRunDamaged, ResumeRefused, RunNotKept];

/** Goes on from each of the runs, but from none twice. What else goes wrong is thrown: asking again is safe. */
export async function resumeMany(
  dependencies: ResumeDependencies,
  runIndex: Pick<ApiDependencies['runIndex'], 'query'>,
  wanted: ResumeRuns,
): Promise<ResumedRuns> {
  const ids = 'runIds' in wanted ? [...new Set(wanted.runIds)] : await failedAlike(runIndex, wanted);
  const { version } = wanted;
  const result: ResumedRuns = { resumed: [], refused: [] };
  await mapBounded(ids, concurrency, async (runId) => {
    try {
      const request = { runId, once: true, ...(version === undefined ? {} : { version }) };
      result.resumed.push({ runId, newRunId: await resumeRun(dependencies, request) });
    } catch (error) {
      if (!(error instanceof Error) || !refusals.some((refusal) => error instanceof refusal)) throw error;
      result.refused.push({ runId, reason: error.message });
    }
  });
  return result;
}

async function failedAlike(
  runIndex: Pick<ApiDependencies['runIndex'], 'query'>,
  { version: _, ...filters }: Exclude<ResumeRuns, { runIds: string[] }>,
): Promise<string[]> {
  const query: RunQuery = { ...filters, status: 'failed' };
  const { runs } = await runIndex.query(query);
  return runs.map(({ id }) => id);
}
