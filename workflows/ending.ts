import type { Outcome } from '../contracts/delivery.ts';
import type { Language, NodeError } from '../contracts/errors.ts';
import type { FlowPlan, PlanNode } from '../contracts/flow-plan.ts';
import type { FlowState } from '../contracts/flow-state.ts';
import type { LastWords } from '../contracts/workflows.ts';
import { nodeError } from './failure.ts';

/** What a delivering node's output says, so that what was said can be read off the state wherever it moved. */
export interface Said {
  text: string;
  final: boolean;
}

/** How a run ended for the person, and what is still to be said. */
export interface Ending {
  outcome: Outcome;
  answer: string | null;
  error: (NodeError & { node: string | null }) | null;
  lastWords?: LastWords;
}

/** What the flow said so far, in plan order. */
export function saidIn(plan: FlowPlan, state: FlowState): Said[] {
  return plan.nodes.flatMap((node) => {
    const { output, status } = state.nodes[node.id] ?? {};
    if (!speaksToAsker(node) || status !== 'succeeded' || !isSaid(output)) return [];
    return [{ text: output.text, final: output.final }];
  });
}

/** What goes to others is no answer. */
function speaksToAsker({ traits, config }: PlanNode): boolean {
  return traits.delivers === true && config.to === undefined;
}

function isSaid(output: unknown): output is Said {
  return typeof output === 'object' && output !== null && 'text' in output && typeof output.text === 'string';
}

/**
 * Whether what a node says is the last word: no other delivering node may still speak after it.
 * Of several that speak at once, the last in plan order is.
 */
export function isFinal(plan: FlowPlan, state: FlowState, speaking: string): boolean {
  const order = plan.nodes.map((node) => node.id);
  return plan.nodes.every((node) => {
    if (!speaksToAsker(node) || node.id === speaking) return true;
    const status = state.nodes[node.id]?.status ?? 'pending';
    if (status === 'pending') return false;
    return status !== 'running' || order.indexOf(node.id) < order.indexOf(speaking);
  });
}

/** Of a flow that has ended. One that a message asked for must have said something. */
export function endingOf(
  plan: FlowPlan,
  state: FlowState,
  runId: string,
  language: Language,
  askedByMessage: boolean,
): Ending {
  const said = saidIn(plan, state);
  const answer = (said.find((one) => one.final) ?? said.at(-1))?.text ?? null;
  const closed = said.some((one) => one.final);
  if (state.status === 'cancelled') return cancelledEnding(answer, closed, language);
  if (state.status === 'failed') {
    const error = state.error ?? {
      ...nodeError('Internal', 'failed without an error', language),
      node: null,
    };
    return failedEnding(error, runId, language, answer, closed);
  }
  if (!askedByMessage) return { outcome: 'answered', answer, error: null };
  const told = plan.nodes.some(
    ({ id, traits }) => traits.delivers && state.nodes[id]?.status === 'succeeded',
  );
  if (!told) {
    const error = nodeError('NoReply', 'the flow ended without a delivery', language);
    return failedEnding({ ...error, node: null }, runId, language, null, false);
  }
  const done: LastWords = { text: language === 'zh' ? '已完成。' : 'Done.', outcome: 'answered' };
  return { outcome: 'answered', answer, error: null, ...(closed ? {} : { lastWords: done }) };
}

/** A run that failed; the person is told unless something final was said already. */
export function failedEnding(
  error: NodeError & { node: string | null },
  runId: string,
  language: Language,
  answer: string | null = null,
  closed = false,
): Ending {
  const text =
    language === 'zh' ? `${error.userMessage}（编号 ${runId}）` : `${error.userMessage} (run ${runId})`;
  return {
    outcome: 'failed',
    answer: answer ?? text,
    error,
    ...(closed ? {} : { lastWords: { text, outcome: 'failed', error } }),
  };
}

/** A run that was stopped; likewise. */
export function cancelledEnding(answer: string | null, closed: boolean, language: Language): Ending {
  const { userMessage: text } = nodeError('Cancelled', 'cancelled', language);
  return {
    outcome: 'cancelled',
    answer: answer ?? text,
    error: null,
    ...(closed ? {} : { lastWords: { text, outcome: 'cancelled' } }),
  };
}

/** The end of a run that was stopped for the person's next message: nobody asked for it in words. */
export function superseded(ending: Ending, language: Language): Ending {
  const { answer, lastWords, outcome } = ending;
  if (outcome !== 'cancelled' || !lastWords) return ending;
  const text = language === 'zh' ? '已转去处理你的下一条消息。' : 'I left this for your next message.';
  return { ...ending, answer: answer === lastWords.text ? text : answer, lastWords: { ...lastWords, text } };
}
