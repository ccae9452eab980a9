import { defineSearchAttributeKey, SearchAttributeType, TypedSearchAttributes } from '@temporalio/common';
import type { ConversationInput, Pace } from '../contracts/conversation.ts';
import { searchAttributes, taskQueue } from '../contracts/workflows.ts';
import { conversationAttribute, conversationWorkflowId } from './conversation-id.ts';

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
  const keyword = (name: string) => defineSearchAttributeKey(name, SearchAttributeType.KEYWORD);
  return {
    workflowId: conversationWorkflowId(account, conversation),
    taskQueue,
    args: [{ account, channel, conversation, pace }],
    typedSearchAttributes: new TypedSearchAttributes([
      { key: keyword(searchAttributes.channel), value: channel },
      { key: keyword(searchAttributes.account), value: account },
      { key: keyword(searchAttributes.conversation), value: conversationAttribute(conversation) },
    ]),
  };
}
