import type { TriggerInput } from '../contracts/flow-state.ts';
import type { InboundMessage } from '../contracts/message.ts';
import type { RunInput } from '../contracts/workflows.ts';
import type { Start } from './flow-shell.ts';
import type { ChosenFlow } from './nodes/index.ts';

/** What a message starts a flow with, and what was understood of it when the flow was chosen by that. */
export function inputOfMessage(
  { attachments = [], conversation, sender, text }: InboundMessage,
  chosen?: RunInput['chosen'],
): TriggerInput {
  const understood = chosen && { intent: chosen.intent, arguments: chosen.arguments };
  return { text, sender, conversation, attachments, ...(understood && { input: understood }) };
}

/** How a run that begins here starts its flow: as its message or its caller did, unless it is said otherwise. */
export function startOf({ chosen, origin, parent, start = {} }: RunInput): Start {
  const input = origin.type === 'message' ? inputOfMessage(origin.message, chosen) : origin.input;
  const isAsked = origin.type === 'message' && !parent;
  return { kind: isAsked ? 'trigger.message' : 'trigger.webhook', input, ...start };
}

/** Begins anew, with the flow that is bound to what the person wants. */
export function inputOfChosen(
  { plan: _, state: __, start: ___, approvals: ____, ...input }: RunInput,
  { flow, ...chosen }: ChosenFlow,
): RunInput {
  return { ...input, flow: { id: flow }, chosen };
}

/** Deliveries that were tried once where the run comes from, by task, with how many of their messages arrived. */
export function triedIn({ posted = {}, triedDeliveries = [] }: RunInput): ReadonlyMap<string, number> {
  return new Map(triedDeliveries.map((task) => [task, posted[task] ?? 0]));
}
