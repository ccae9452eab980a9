import type { AcceptedEntry, Run, RunPage, RunQuery, RunSignal } from '../contracts/index.ts';
import { conversationWorkflowId, runWorkflowId } from '../services/temporal/workflow-ids.ts';
import type { ApiDependencies } from './dependencies.ts';
import { endedFromOutside, knownOfEntry } from './known-run.ts';
import { listOpenRuns, type Position } from './open-runs.ts';
import { ProblemError } from './problems.ts';
import type { TemporalReader } from './temporal-reader.ts';

type RunIndex = ApiDependencies['runIndex'];

/** A refresh that takes longer goes on, and what is known answers. */
const patienceMs = 2_000;

export type AskResult = 'asked' | 'ended' | 'unknown';

/** Runs as one list, whether they go on (Temporal holds them) or ended (the index keeps them). */
export interface RunReader {
  /** Open runs first, then ended ones, each newest first. A page may be shorter than its limit and still have a next one. */
  list(query: RunQuery): Promise<RunPage>;
  get(runId: string): Promise<Run | null>;
  /** What was noted when the message that asked for it was taken; null when none did, or it is long ago. */
  message(runId: string): Promise<AcceptedEntry | null>;
  /** Tells the run of an event, which it keeps until a node waits for it. */
  tell(runId: string, letter: RunSignal): Promise<AskResult>;
  /** Asks the run to stop; it ends by itself soon after. */
  cancel(runId: string): Promise<AskResult>;
}

export function createRunReader(reader: TemporalReader, runIndex: RunIndex): RunReader {
  return {
    async list(query) {
      await runIndex.refresh({ patienceMs });
      const { status, cursor } = query;
      const ended = status === 'answered' || status === 'failed' || status === 'cancelled';
      if (ended) return runIndex.query(query);
      const place = parseCursor(cursor);
      if (place.in === 'ended') return status ? empty : endedPage(runIndex, query, place.cursor, []);
      const open = await listOpenRuns(reader, runIndex, query, place.after);
      if (open.next) return { runs: open.runs, next: `open:${open.next.at}:${open.next.id}` };
      if (status) return { runs: open.runs, next: null };
      if (open.runs.length >= query.limit) return { runs: open.runs, next: 'ended:' };
      return endedPage(runIndex, query, '', open.runs);
    },

    async get(runId) {
      await runIndex.refresh({ patienceMs });
      const ended = await runIndex.get(runId);
      if (ended) return ended;
      const entry = await runIndex.openByRunId(runId);
      const open = await openRun(reader, runId, entry);
      if (open) return open;
      // It may have ended while it was looked for.
      await runIndex.refresh({ patienceMs });
      const kept = await runIndex.get(runId);
      if (kept) return kept;
      return entry ? { ...knownOfEntry(entry), nodes: [] } : lostRun(reader, runId);
    },

    async message(runId) {
      await runIndex.refresh({ patienceMs });
      return runIndex.acceptedByRunId(runId);
    },

    async tell(runId, letter) {
      if (await reader.tellRun(runWorkflowId(runId), letter)) return 'asked';
      await runIndex.refresh({ patienceMs });
      const known = (await runIndex.get(runId)) ?? (await runIndex.openByRunId(runId));
      return known || (await reader.exists(runWorkflowId(runId))) ? 'ended' : 'unknown';
    },

    async cancel(runId) {
      await runIndex.refresh({ patienceMs });
      if (await runIndex.get(runId)) return 'ended';
      if (await reader.cancelRun(runWorkflowId(runId))) return 'asked';
      const entry = await runIndex.openByRunId(runId);
      if (!entry) return (await reader.exists(runWorkflowId(runId))) ? 'ended' : 'unknown';
      const conversation = conversationWorkflowId(entry.account, entry.conversation);
      return (await reader.cancelRun(conversation, runId)) ? 'asked' : 'ended';
    },
  };
}

/** A run that no message asked for and that left no record: there is somebody who ends those of messages. */
async function lostRun(reader: TemporalReader, runId: string): Promise<Run | null> {
  const found = await reader.endedFromOutside(runWorkflowId(runId));
  return found ? endedFromOutside(found.workflow, found.closedAt, found.how) : null;
}

/** Throws only when nobody answers for a run of which nothing else is known. */
async function openRun(
  reader: TemporalReader,
  runId: string,
  entry: AcceptedEntry | null,
): Promise<Run | null> {
  try {
    const own = await reader.run(runWorkflowId(runId), runId);
    if (own || !entry) return own ?? null;
    return (await reader.run(conversationWorkflowId(entry.account, entry.conversation), runId)) ?? null;
  } catch (error) {
    if (entry) return null;
    throw error;
  }
}

const empty: RunPage = { runs: [], next: null };

/** Fills a page that began with open runs up with ended ones; one that ended in between is shown once. */
async function endedPage(
  runIndex: RunIndex,
  query: RunQuery,
  cursor: string,
  open: RunPage['runs'],
): Promise<RunPage> {
  const { cursor: _, ...filters } = query;
  const page = await runIndex.query({
    ...filters,
    limit: query.limit - open.length,
    ...(cursor ? { cursor } : {}),
  });
  const shown = new Set(page.runs.map((run) => run.id));
  return {
    runs: [...open.filter((run) => !shown.has(run.id)), ...page.runs],
    next: page.next === null ? null : `ended:${page.next}`,
  };
}

type Place = { in: 'open'; after: Position | null } | { in: 'ended'; cursor: string };

/** Cursors are `open:<epoch ms>:<run id>`, and `ended:<cursor of the index>`. */
function parseCursor(cursor: string | undefined): Place {
  if (cursor === undefined) return { in: 'open', after: null };
  if (cursor.startsWith('ended:')) return { in: 'ended', cursor: cursor.slice('ended:'.length) };
  const [, at, id] = /^open:(\d{1,15}):([a-z0-9]{1,64})$/.exec(cursor) ?? [];
  if (at === undefined || id === undefined) {
    throw new ProblemError('bad-request', { detail: 'cursor: not the `next` of a page' });
  }
  return { in: 'open', after: { at: Number(at), id } };
}
