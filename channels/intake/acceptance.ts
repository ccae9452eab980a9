import type { Client } from '@temporalio/client';
import {
  type AcceptedEntry,
  type AccountConfig,
  type InboundMessage,
  type Pace,
  signalNames,
  workflowTypes,
} from '../../contracts/index.ts';
import type { Bindings, FlowStore } from '../../services/flows/index.ts';
import type { AcceptedLog } from '../../services/records/index.ts';
import { messageRunId } from '../../services/runs/index.ts';
import type { Channel, ParsedMessage } from '../channel.ts';
import { conversationOf } from '../conversation-place.ts';
import { conversationStart } from '../conversation-start.ts';
import { rawText } from './raw-text.ts';
import { within } from './within.ts';

/** How long Temporal, and then the log of what was accepted, may take to hold a message. */
const deadlineMs = 5_000;
/** Flow and version are looked up in caches; when the store behind it is slow the conversation does it. */
const flowLookupMs = 500;

export interface AcceptanceDependencies {
  channelOf(kind: string): Channel | undefined;
  temporal: Client;
  flows: Pick<FlowStore, 'current'>;
  bindings: Pick<Bindings, 'flowOf' | 'intentsOf'>;
  acceptedLog: Pick<AcceptedLog, 'append'>;
  pace: Pace;
  /** Epoch milliseconds. */
  clock(): number;
}

/** Everything that is fixed when a message is accepted. */
export async function inboundMessage(
  dependencies: AcceptanceDependencies,
  account: AccountConfig,
  parsed: ParsedMessage,
  traceId: string,
): Promise<InboundMessage> {
  const { chat, fromBot: _, mentioned: _m, pressed: _p, raw: _r, ...rest } = parsed;
  const conversation = conversationOf(parsed, account.groups.scope);
  const place = await placeOf(dependencies, account, conversation);
  return {
    ...rest,
    conversation,
    ...(chat.type === 'group' ? { group: true } : {}),
    ...(account.queue === 'order' ? {} : { queue: account.queue }),
    ...(dependencies.channelOf(account.kind)?.edits(account) ? { edits: true } : {}),
    runId: messageRunId(account.id, parsed.id),
    channel: account.kind,
    account: account.id,
    ...place,
    acceptedAt: new Date(dependencies.clock()).toISOString(),
    traceId,
  };
}

/**
 * Hands a message to its conversation, then notes that it was taken. When this resolves both are durable; when it throws the
 * sender must try again, which is safe: the conversation knows the message's id, the log its run id.
 */
export async function accept(
  { temporal, acceptedLog, pace }: AcceptanceDependencies,
  message: InboundMessage,
  raw: ParsedMessage['raw'],
): Promise<void> {
  await temporal.withDeadline(Date.now() + deadlineMs, () =>
    temporal.workflow.signalWithStart(workflowTypes.conversation, {
      ...conversationStart(message, pace),
      signal: signalNames.message,
      signalArgs: [message],
    }),
  );
  await within(deadlineMs, acceptedLog.append(entryOf(message, raw)));
}

/** What answers in a conversation just now; empty when that cannot be said at once. */
async function placeOf(
  { flows, bindings }: AcceptanceDependencies,
  account: AccountConfig,
  conversation: string,
): Promise<Pick<InboundMessage, 'flow' | 'boundIntents'>> {
  const lookUp = async () => {
    const bound = await bindings.flowOf(account.id, conversation);
    const [flow, intents] = await Promise.all([
      flows.current(bound ?? account.flow),
      bindings.intentsOf(account.id),
    ]);
    return { flow, ...(intents ? { boundIntents: intents.fingerprint } : {}) };
  };
  try {
    return await within(flowLookupMs, lookUp());
  } catch {
    return {};
  }
}

function entryOf(message: InboundMessage, raw: ParsedMessage['raw']): AcceptedEntry {
  const { id, runId, channel, account, conversation, sender, language, replyTo, acceptedAt, traceId } =
    message;
  return {
    id,
    runId,
    channel,
    account,
    conversation,
    sender,
    language,
    replyTo,
    acceptedAt,
    traceId,
    ...(raw ? { raw: rawText(raw) } : {}),
  };
}
