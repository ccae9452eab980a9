import { workflowInfo } from '@temporalio/workflow';
import type { FlowPlan } from '../contracts/flow-plan.ts';
import type { FlowState } from '../contracts/flow-state.ts';
import type { KeptRun } from '../contracts/kept-run.ts';
import type { InboundMessage } from '../contracts/message.ts';
import type { Run, RunRecord } from '../contracts/run.ts';
import type { Usage } from '../contracts/usage.ts';
import type { RunInput, RunOrigin, RunParent } from '../contracts/workflows.ts';
import { addUsage, view } from '../engine/index.ts';
import type { Ending } from './ending.ts';

export interface RunFacts {
  runId: string;
  origin: RunOrigin;
  startedAt: number;
  plan?: FlowPlan;
  state?: FlowState | null;
  /** How the flow was chosen, when an intent is bound to it. */
  chosen?: RunInput['chosen'];
  dry?: boolean;
  resumedFrom?: string;
  parent?: RunParent;
}

const noUsage: Usage = { calls: 0, promptTokens: 0, completionTokens: 0 };

/** Whether a run waits for a person, a time or an event. */
export function isWaiting({ state }: Pick<RunFacts, 'state'>): boolean {
  return Object.values(state?.nodes ?? {}).some(({ status }) => status === 'waiting');
}

/** A run as it stands: what `/runs/:id` shows while it goes on. */
export function runOf(facts: RunFacts, ending?: Ending): Run {
  const { origin, plan, state } = facts;
  const message = origin.type === 'message' ? origin.message : null;
  // Of a message that another run has answered, or will, this is not the one run.
  const asked = message?.runId === facts.runId ? message : null;
  const nodes = plan && state ? view(plan, state) : [];
  const info = workflowInfo();
  return {
    id: facts.runId,
    status: ending?.outcome ?? (isWaiting(facts) ? 'waiting' : 'running'),
    flow: plan?.flow ?? null,
    intent: facts.chosen?.intent ?? intentOf(nodes),
    channel: message?.channel ?? null,
    account: message?.account ?? null,
    conversation: message?.conversation ?? null,
    messageId: asked?.id ?? null,
    user: message?.sender.id ?? (origin.type === 'api' ? origin.user : null),
    text: message?.text ?? (origin.type === 'api' ? (origin.input.text ?? '') : ''),
    answer: ending?.answer ?? null,
    error: ending?.error ?? null,
    acceptedAt: asked?.acceptedAt ?? null,
    startedAt: new Date(facts.startedAt).toISOString(),
    finishedAt: ending ? new Date().toISOString() : null,
    nodes,
    usage: nodes.reduce(
      (sum, node) => (node.usage ? addUsage(sum, node.usage) : sum),
      facts.chosen?.usage ?? noUsage,
    ),
    traceId: message?.traceId ?? (origin.type === 'api' ? origin.traceId : ''),
    workflow: { workflowId: info.workflowId, runId: info.runId },
    resumedFrom: facts.resumedFrom ?? null,
    parent: facts.parent?.runId ?? null,
  };
}

/** The same, ended: what is kept. */
export function recordOf(facts: RunFacts, ending: Ending): RunRecord {
  return { ...runOf(facts, ending), status: ending.outcome, finishedAt: new Date().toISOString() };
}

/** Of a message that was worked off as part of another's order. */
export function carriedRecord(facts: RunFacts, { language, runId }: InboundMessage): RunRecord {
  const answer =
    language === 'zh'
      ? `已与后面的消息一并处理（编号 ${runId}）。`
      : `Taken together with what was written after it, as run ${runId}.`;
  const record = recordOf(facts, { outcome: 'answered', answer, error: null });
  return { ...record, intent: 'collected', parent: runId };
}

/** Whether somebody may want to go on from what a short run left. */
export function worthKeeping({ status, nodes }: RunRecord): boolean {
  return (
    status !== 'answered' || nodes.some((node) => node.status === 'failed' || (node.items?.failed ?? 0) > 0)
  );
}

/** What a run is gone on from; undefined where no flow was ever begun. */
export function keptOf({ chosen, dry, origin, plan, runId, state }: RunFacts): KeptRun | undefined {
  if (!plan || !state) return undefined;
  return { runId, origin, plan, state, ...(dry ? { dry } : {}), ...(chosen ? { chosen } : {}) };
}

/** What the flow's intent node named, if it has one that ended. */
function intentOf(nodes: Run['nodes']): string | null {
  const output = nodes.find((node) => node.kind === 'intent')?.output;
  if (typeof output !== 'object' || output === null || Array.isArray(output)) return null;
  return typeof output.intent === 'string' ? output.intent : null;
}
