import { ApplicationFailure, CancellationScope, isCancellation, log } from '@temporalio/workflow';
import type { Decision, HeldApproval } from '../../contracts/approval.ts';
import type { ExecuteCommand } from '../../contracts/flow-state.ts';
import { derivedApprovalId } from '../derived-id.ts';
import { ownRunOf, waitFor } from '../own-run.ts';
import { type ApprovalConfig, readApprovalConfig } from './approval-config.ts';
import { nextSaying, type Saying } from './approval-sayings.ts';
import type { NodeContext, NodeExecution } from './node.ts';

const never = Number.POSITIVE_INFINITY;

/** Asks a person and waits for the yes or no, for days if need be. Leaves by `approved` or `denied`. */
export const approval: NodeExecution = async (command, context) => {
  const own = ownRunOf(context);
  const { node, startedAt, task } = command;
  const { runId } = context.run;
  const config = readApprovalConfig(command);
  const { approvers, escalation, expiresAfter, text } = config;
  const held = own.approvals.hold({
    id: derivedApprovalId(runId, task),
    runId,
    node,
    text,
    approvers,
    ...(escalation ? { alsoAsked: [escalation.to] } : {}),
    askedAt: new Date(startedAt).toISOString(),
    expiresAt: expiresAfter === undefined ? null : new Date(startedAt + expiresAfter).toISOString(),
  });
  const asking = new CancellationScope();
  try {
    const decided = await asking.run(() => ask(command, context, held, config));
    own.approvals.release(held.id);
    return {
      output: { ...decided, at: new Date().toISOString() },
      port: decided.decision === 'approve' ? 'approved' : 'denied',
      attempts: 1,
    };
  } catch (thrown) {
    if (!(isCancellation(thrown) && own.isParked(task))) own.approvals.release(held.id);
    throw thrown;
  } finally {
    asking.cancel();
  }
};

interface Decided extends Pick<Decision, 'decision'> {
  by: string | null;
  note: string | null;
  expired: boolean;
}

/** Says what is due until there is a decision, or none in time. */
async function ask(
  { startedAt, task, timeoutMs }: ExecuteCommand,
  context: NodeContext,
  held: HeldApproval,
  config: ApprovalConfig,
): Promise<Decided> {
  const own = ownRunOf(context);
  const expiry = config.expiresAfter === undefined ? never : startedAt + config.expiresAfter;
  const timeout = startedAt + timeoutMs;
  for (;;) {
    const next = nextSaying(task, startedAt, context, held, config);
    const due = Math.min(next?.at ?? never, expiry, timeout);
    await waitFor(own, due, () => held.decision !== undefined);
    if (held.decision) {
      const { decision, by, note = null } = held.decision;
      return { decision, by, note, expired: false };
    }
    if (due === expiry) return { decision: config.atExpiry, by: null, note: null, expired: true };
    if (due === timeout) throw ApplicationFailure.nonRetryable('nobody decided in time', 'Timeout');
    if (next) say(next, held);
  }
}

/** Beside the waiting: a person may decide before everybody has been told. */
function say({ once, say: saying, step }: Saying, held: HeldApproval): void {
  if (once) held.said.push(step);
  void saying().catch((thrown: unknown) => {
    if (!isCancellation(thrown))
      log.warn('an approval could not be told of', { step, error: String(thrown) });
    // What was interrupted is said again where the flow moves to, under the same key.
    else if (once) held.said.splice(held.said.indexOf(step), 1);
  });
}
