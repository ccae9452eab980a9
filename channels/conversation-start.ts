import { TypedSearchAttributes } from '@temporalio/common';
import type { ConversationInput, Pace } from '../contracts/conversation.ts';
import { keyword } from '../contracts/search-attributes.ts';
import { searchAttributes, taskQueue } from '../contracts/workflows.ts';
import { conversationAttribute, conversationWorkflowId } from '../services/temporal/workflow-ids.ts';

interface ConversationStart {
  workflowId: string;
  taskQueue: string;
  args: [ConversationInput];
  typedSearchAttributes: TypedSearchAttributes;
}

/** How a conversation's workflow is started, the same whoever signals it first. */
export function conversationStart(
  { account, channel, conversation }: Pick<ConversationInput, 'account' | 'channel' | 'conversation'>,
  pace: Pace,
): ConversationStart {
  return {
    workflowId: conversationWorkflowId(account, conversation),
    taskQueue,
    args: [{ account, channel, conversation, pace }],
    typedSearchAttributes: new TypedSearchAttributes([
      keyword(searchAttributes.channel, channel),
      keyword(searchAttributes.account, account),
      keyword(searchAttributes.conversation, conversationAttribute(conversation)),
    ]),
  };
}
