import type { TriggerInput } from '../contracts/flow-state.ts';
import type { InboundMessage } from '../contracts/message.ts';
import type { RunInput } from '../contracts/workflows.ts';
import type { Start } from './flow-shell.ts';

/** What a message starts a flow with. */
export function inputOfMessage({
  attachments = [],
  conversation,
  sender,
  text,
}: InboundMessage): TriggerInput {
  return { text, sender, conversation, attachments };
}

/** How a run that begins here starts its flow: as its message or its caller did, unless it is said otherwise. */
export function startOf({ origin, parent, start = {} }: RunInput): Start {
  const input = origin.type === 'message' ? inputOfMessage(origin.message) : origin.input;
  const isAsked = origin.type === 'message' && !parent;
  return { kind: isAsked ? 'trigger.message' : 'trigger.webhook', input, ...start };
}
