import type { AcceptedEntry, HeldStatus, Ledger } from '../contracts/index.ts';
import { conversationWorkflowId, runWorkflowId } from '../services/temporal/workflow-ids.ts';
import { mapBounded } from './bounded.ts';
import type { ApiDependencies } from './dependencies.ts';
import { queryMs, type TemporalReader } from './temporal-reader.ts';

/** A message younger than this is on its way: nobody is asked about it. */
const youngMs = 5_000;
const concurrency = 8;
/** For all questions of one ledger; what was not asked by then counts as running. */
const ledgerMs = 5_000;

/** Open messages looked at; further ones are counted as running. */
const openLimit = 10_000;
/** A refresh that takes longer goes on, and what is known answers. */
const patienceMs = 2_000;

type Standing = HeldStatus | 'missing';

/**
 * The books: what was taken, what became of it, and, of what has not ended, whether a workflow holds it.
 * A workflow that does not answer holds what it holds: only what no open workflow knows is missing. `now`: epoch milliseconds.
 */
export async function readLedger(
  reader: TemporalReader,
  runIndex: ApiDependencies['runIndex'],
  now: number,
): Promise<Ledger> {
  await runIndex.refresh({ patienceMs });
  let open = await runIndex.open({ olderThanMs: 0, limit: openLimit });
  const standings = await standingsOf(reader, open, now);
  if ([...standings.values()].includes('missing')) {
    // Some of it may have ended, and been recorded, while the others were asked.
    await runIndex.refresh({ patienceMs });
    open = await runIndex.open({ olderThanMs: 0, limit: openLimit });
  }
  const [counts, unaccepted] = await Promise.all([
    runIndex.ledgerCounts(),
    runIndex.unaccepted({ olderThanMs: youngMs }),
  ]);
  const tally = { running: 0, waiting: 0 };
  const missing: Ledger['missing'] = [];
  for (const entry of open) {
    const standing = standings.get(entry.runId) ?? 'running';
    if (standing === 'missing') missing.push({ account: entry.account, messageId: entry.id });
    else tally[standing] += 1;
  }
  if (open.length === openLimit) {
    const { accepted, answered, failed, cancelled } = counts;
    tally.running += Math.max(0, accepted - answered - failed - cancelled + unaccepted.length - openLimit);
  }
  return {
    ...counts,
    ...tally,
    missing,
    unaccepted: unaccepted.map(({ account, messageId }) => ({ account, messageId })),
  };
}

/** By run id; what is young or was not asked in time is not in it. */
async function standingsOf(
  reader: TemporalReader,
  open: AcceptedEntry[],
  now: number,
): Promise<Map<string, Standing>> {
  const standings = new Map<string, Standing>();
  const end = Date.now() + ledgerMs;
  const left = () => Math.max(1, Math.min(queryMs, end - Date.now()));
  const old = open.filter((entry) => now - Date.parse(entry.acceptedAt) >= youngMs);

  await mapBounded([...byConversation(old)], concurrency, async ([workflowId, entries]) => {
    if (Date.now() >= end) return;
    const held = await heldBy(reader, workflowId, entries, left());
    for (const entry of entries) {
      standings.set(entry.runId, held[entry.id] ?? (await ownStanding(reader, entry.runId, left())));
    }
  });
  return standings;
}

function byConversation(entries: AcceptedEntry[]): Map<string, AcceptedEntry[]> {
  const groups = new Map<string, AcceptedEntry[]>();
  for (const entry of entries) {
    const workflowId = conversationWorkflowId(entry.account, entry.conversation);
    const group = groups.get(workflowId);
    if (group) group.push(entry);
    else groups.set(workflowId, [entry]);
  }
  return groups;
}

async function heldBy(
  reader: TemporalReader,
  workflowId: string,
  entries: AcceptedEntry[],
  ms: number,
): Promise<Record<string, HeldStatus | undefined>> {
  const ids = entries.map((entry) => entry.id);
  try {
    return (await reader.holds(workflowId, ids, ms)) ?? {};
  } catch {
    return Object.fromEntries(ids.map((id) => [id, 'running']));
  }
}

/** Of a message that its conversation does not hold: it may have a run workflow of its own. */
async function ownStanding(reader: TemporalReader, runId: string, ms: number): Promise<Standing> {
  try {
    const run = await reader.run(runWorkflowId(runId), runId, ms);
    if (!run) return 'missing';
    return run.status === 'waiting' ? 'waiting' : 'running';
  } catch {
    return 'running';
  }
}
