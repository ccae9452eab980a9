import { type AcceptedEntry, type RunQuery, type RunSummary, runSummary } from '../contracts/index.ts';
import { mapBounded } from './bounded.ts';
import type { ApiDependencies } from './dependencies.ts';
import { knownOfEntry, knownOfWorkflow } from './known-run.ts';
import { type OpenRunWorkflow, queryMs, type TemporalReader } from './temporal-reader.ts';

/** Open run workflows looked at for one page. */
const maximumListed = 1_000;
const concurrency = 8;
/** For all questions of one page; rows whose workflow was not asked by then show what is known without. */
const pageMs = 4_000;

/** Between two rows of a list that is ordered by `at` (epoch milliseconds), then id, newest first. */
export interface Position {
  at: number;
  id: string;
}

interface Candidate extends Position {
  workflowId: string;
  /** The row as far as it is known without its workflow. */
  known: RunSummary;
}

export interface OpenRuns {
  runs: RunSummary[];
  /** Where the next page begins; null: this was the last. */
  next: Position | null;
}

/** Runs that have not ended: those with a workflow of their own, and accepted messages without a record. Newest first. */
export async function listOpenRuns(
  reader: TemporalReader,
  runIndex: Pick<ApiDependencies['runIndex'], 'open'>,
  query: RunQuery,
  after: Position | null,
): Promise<OpenRuns> {
  const [workflows, entries] = await Promise.all([
    reader.openRuns(query, after?.at, maximumListed),
    runIndex.open({ olderThanMs: 0 }),
  ]);
  const candidates = new Map<string, Candidate>();
  for (const entry of entries) candidates.set(entry.runId, ofEntry(entry));
  for (const workflow of workflows) {
    const candidate = ofWorkflow(workflow);
    const entry = candidates.get(candidate.id);
    // The place in the list is fixed by the acceptance, whatever the run does later.
    candidates.set(candidate.id, entry ? { ...entry, workflowId: workflow.workflowId } : candidate);
  }
  const ordered = [...candidates.values()]
    .filter((candidate) => (after ? isAfter(candidate, after) : true) && mayMatch(candidate.known, query))
    .sort(newestFirst);
  const page = ordered.slice(0, query.limit);
  const last = page.at(-1);
  const rows = await details(reader, page);
  return {
    runs: rows.filter((row): row is RunSummary => row !== null && matches(row, query)),
    next: last && ordered.length > page.length ? { at: last.at, id: last.id } : null,
  };
}

async function details(reader: TemporalReader, page: Candidate[]): Promise<(RunSummary | null)[]> {
  const end = Date.now() + pageMs;
  return mapBounded(page, concurrency, async ({ workflowId, id, known }) => {
    const left = end - Date.now();
    if (left <= 0) return known;
    try {
      const found = await reader.run(workflowId, id, Math.min(queryMs, left));
      // No such workflow: it ended meanwhile. Null: its conversation works on it beside the line, or has just ended it.
      if (found === undefined) return null;
      return found === null ? known : runSummary.parse(found);
    } catch {
      return known;
    }
  });
}

function newestFirst(a: Position, b: Position): number {
  return b.at - a.at || (a.id < b.id ? 1 : -1);
}

function isAfter(candidate: Position, position: Position): boolean {
  return newestFirst(position, candidate) < 0;
}

/** Whether a run that is known in part only may be one that is asked for. */
function mayMatch(known: RunSummary, query: RunQuery): boolean {
  return (['channel', 'account', 'conversation', 'user', 'messageId'] as const).every(
    (field) => query[field] === undefined || known[field] === null || known[field] === query[field],
  );
}

/** Whether a run is one that is asked for; as the index of ended runs decides it. */
function matches(run: RunSummary, query: RunQuery): boolean {
  const text = query.text?.toLowerCase();
  return (
    (['status', 'channel', 'account', 'conversation', 'user', 'intent', 'messageId'] as const).every(
      (field) => query[field] === undefined || run[field] === query[field],
    ) &&
    (query.flow === undefined || run.flow?.id === query.flow) &&
    (query.from === undefined || Date.parse(run.startedAt) >= Date.parse(query.from)) &&
    (query.to === undefined || Date.parse(run.startedAt) <= Date.parse(query.to)) &&
    (text === undefined || `${run.text}\n${run.answer ?? ''}`.toLowerCase().includes(text))
  );
}

function ofEntry(entry: AcceptedEntry): Candidate {
  const known = knownOfEntry(entry);
  return { id: entry.runId, at: Date.parse(entry.acceptedAt), workflowId: known.workflow.workflowId, known };
}

function ofWorkflow(workflow: OpenRunWorkflow): Candidate {
  const known = knownOfWorkflow(workflow);
  return { id: known.id, at: workflow.startedAt, workflowId: workflow.workflowId, known };
}
