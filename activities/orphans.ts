import type { Client } from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/client';
import { deliveryKey } from '../channels/delivery-key.ts';
import type { Send } from '../channels/send.ts';
import type { AcceptedEntry } from '../contracts/ledger.ts';
import type { RunRecord } from '../contracts/run.ts';
import { userMessageOf } from '../contracts/user-messages.ts';
import { type HeldStatus, queryNames, type RunReport, signalNames } from '../contracts/workflows.ts';
import type { RunIndex, RunLog } from '../services/records/index.ts';
import type { Logger } from '../services/telemetry/index.ts';
import { conversationWorkflowId, runWorkflowId } from '../services/temporal/workflow-ids.ts';

/** Younger messages are simply under way. */
const ageMs = 30_000;
const batch = 10_000;
const askMs = 5_000;

export interface OrphanDependencies {
  send: Send;
  temporal: Client;
  runIndex: RunIndex;
  runLog: RunLog;
  logger: Logger;
}

/** Messages whose work vanished: no code runs in a workflow that was terminated, so somebody else ends them visibly. */
export class Orphans {
  private readonly deps: OrphanDependencies;

  constructor(deps: OrphanDependencies) {
    this.deps = deps;
  }

  /** Ends what was accepted a while ago, has no record, and is held by no open workflow. */
  async end(heartbeat: () => void): Promise<{ open: number; ended: number }> {
    const { runIndex } = this.deps;
    await runIndex.refresh();
    const open = await runIndex.open({ olderThanMs: ageMs, limit: batch });
    const orphans: AcceptedEntry[] = [];
    for (const entries of byConversation(open)) {
      heartbeat();
      orphans.push(...(await this.unheld(entries)));
    }
    // A run may have ended between the two looks.
    if (orphans.length > 0) await runIndex.refresh();
    let ended = 0;
    for (const entry of orphans) {
      heartbeat();
      if (await runIndex.get(entry.runId)) continue;
      await this.close(entry);
      ended += 1;
    }
    return { open: open.length, ended };
  }

  /** Those of one conversation that neither it nor a run of their own holds. */
  private async unheld(entries: AcceptedEntry[]): Promise<AcceptedEntry[]> {
    const alone: AcceptedEntry[] = [];
    for (const entry of entries) if (!(await this.isOpen(runWorkflowId(entry.runId)))) alone.push(entry);
    const [first] = alone;
    if (!first) return [];
    const workflowId = conversationWorkflowId(first.account, first.conversation);
    if (!(await this.isOpen(workflowId))) return alone;
    const held = await this.ask(() =>
      this.deps.temporal.workflow.getHandle(workflowId).query<Record<string, HeldStatus>, [string[]]>(
        queryNames.holds,
        alone.map(({ id }) => id),
      ),
    );
    return held ? alone.filter(({ id }) => !Object.hasOwn(held, id)) : alone;
  }

  private async isOpen(workflowId: string): Promise<boolean> {
    const description = await this.ask(() => this.deps.temporal.workflow.getHandle(workflowId).describe());
    return description?.status.name === 'RUNNING' || description?.status.name === 'PAUSED';
  }

  /** Undefined when there is no such workflow; any other trouble ends the chore, to be tried at its next turn. */
  private async ask<T>(question: () => Promise<T>): Promise<T | undefined> {
    try {
      return await this.deps.temporal.withDeadline(Date.now() + askMs, question);
    } catch (thrown) {
      if (thrown instanceof WorkflowNotFoundError) return undefined;
      throw thrown;
    }
  }

  /** Told first: the notice has one key, so that a repeat of this chore is no repeat to the person. */
  private async close(entry: AcceptedEntry): Promise<void> {
    const text = userMessageOf('Terminated', entry.language);
    await this.tell(entry, text);
    await this.deps.runLog.append(terminatedRecord(entry, text));
    const report: RunReport = { runId: entry.runId, messageId: entry.id, outcome: 'failed', answer: text };
    const conversation = conversationWorkflowId(entry.account, entry.conversation);
    await this.ask(() =>
      this.deps.temporal.workflow.getHandle(conversation).signal(signalNames.runEnded, report),
    );
  }

  private async tell(entry: AcceptedEntry, text: string): Promise<void> {
    const { conversation, replyTo, runId } = entry;
    try {
      await this.deps.send({
        key: deliveryKey(runId, 'terminated'),
        type: 'reply',
        account: entry.account,
        conversation,
        replyTo,
        inReplyTo: entry.id,
        runId,
        text,
        final: true,
        outcome: 'failed',
      });
    } catch (thrown) {
      this.deps.logger.warn({ runId, err: thrown }, 'a notice of termination could not be delivered');
    }
  }
}

function byConversation(entries: AcceptedEntry[]): AcceptedEntry[][] {
  const groups = new Map<string, AcceptedEntry[]>();
  for (const entry of entries) {
    const id = conversationWorkflowId(entry.account, entry.conversation);
    const group = groups.get(id);
    if (group) group.push(entry);
    else groups.set(id, [entry]);
  }
  return [...groups.values()];
}

function terminatedRecord(entry: AcceptedEntry, text: string): RunRecord {
  const now = new Date().toISOString();
  return {
    id: entry.runId,
    status: 'failed',
    flow: null,
    intent: null,
    channel: entry.channel,
    account: entry.account,
    conversation: entry.conversation,
    messageId: entry.id,
    user: entry.sender.id,
    text: '',
    answer: text,
    error: {
      type: 'Terminated',
      message: 'no workflow held the message any more',
      userMessage: text,
      node: null,
    },
    acceptedAt: entry.acceptedAt,
    startedAt: entry.acceptedAt,
    finishedAt: now,
    nodes: [],
    usage: { calls: 0, promptTokens: 0, completionTokens: 0 },
    traceId: entry.traceId,
    workflow: { workflowId: conversationWorkflowId(entry.account, entry.conversation), runId: '' },
    resumedFrom: null,
    parent: null,
  };
}
