import { type InboundMessage, inboundMessage, signalNames } from '../../contracts/index.ts';
import { conversationWorkflowId } from '../../services/temporal/workflow-ids.ts';
import type { TestApi } from './start-test-api.ts';

/** What Temporal holds of a conversation: the messages that were signalled, in order. */
export async function signalled(api: TestApi, conversation: string): Promise<InboundMessage[]> {
  const handle = api.temporal.workflow.getHandle(conversationWorkflowId('hook', conversation));
  const { events } = await handle.fetchHistory();
  return (events ?? []).flatMap(({ workflowExecutionSignaledEventAttributes: attributes }) => {
    if (attributes?.signalName !== signalNames.message) return [];
    const data = attributes.input?.payloads?.[0]?.data ?? new Uint8Array();
    return [inboundMessage.parse(JSON.parse(Buffer.from(data).toString()))];
  });
}
