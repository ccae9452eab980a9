import type { ParsedMessage } from '../../channels/channel.ts';
import { conversationStart } from '../../channels/conversation-start.ts';
import {
  type AcceptedEntry,
  type AccountConfig,
  type FlowRef,
  type InboundMessage,
  type Pace,
  signalNames,
  workflowTypes,
} from '../../contracts/index.ts';
import { messageRunId } from '../../services/runs/index.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { within } from '../within.ts';

/** How long Temporal, and then the log of what was accepted, may take to hold a message. */
const deadlineMs = 5_000;
/** The flow's version is looked up in a cache; when the store behind it is slow the conversation does it. */
const flowLookupMs = 500;

export interface AcceptanceDependencies
  extends Pick<ApiDependencies, 'temporal' | 'flows' | 'acceptedLog' | 'clock'> {
  pace: Pace;
}

/** Everything that is fixed when a message is accepted. */
export async function inboundMessage(
  { flows, clock }: AcceptanceDependencies,
  account: AccountConfig,
  parsed: ParsedMessage,
  traceId: string,
): Promise<InboundMessage> {
  const flow = await currentFlow(flows, account);
  return {
    ...parsed,
    runId: messageRunId(account.id, parsed.id),
    channel: account.kind,
    account: account.id,
    ...(flow ? { flow } : {}),
    acceptedAt: new Date(clock()).toISOString(),
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
): Promise<void> {
  await temporal.withDeadline(Date.now() + deadlineMs, () =>
    temporal.workflow.signalWithStart(workflowTypes.conversation, {
      ...conversationStart(message, pace),
      signal: signalNames.message,
      signalArgs: [message],
    }),
  );
  await within(deadlineMs, acceptedLog.append(entryOf(message)));
}

async function currentFlow(
  flows: AcceptanceDependencies['flows'],
  account: AccountConfig,
): Promise<FlowRef | undefined> {
  try {
    return await within(flowLookupMs, flows.current(account.flow));
  } catch {
    return undefined;
  }
}

function entryOf(message: InboundMessage): AcceptedEntry {
  const { id, runId, channel, account, conversation, sender, language, replyTo, acceptedAt, traceId } =
    message;
  return { id, runId, channel, account, conversation, sender, language, replyTo, acceptedAt, traceId };
}
