import { upsertSearchAttributes, workflowInfo } from '@temporalio/workflow';
import type { Outcome } from '../contracts/delivery.ts';
import { type KeywordAttribute, keyword, keywordKey } from '../contracts/search-attributes.ts';
import { type RunInput, searchAttributes } from '../contracts/workflows.ts';

/** What is known of a run when it starts. */
export function runAttributes({ origin, flow }: Pick<RunInput, 'origin' | 'flow'>): KeywordAttribute[] {
  const about = [
    keyword(searchAttributes.flow, flow.id),
    ...('version' in flow ? [keyword(searchAttributes.flowVersion, String(flow.version))] : []),
  ];
  if (origin.type === 'api') return [...about, keyword(searchAttributes.user, origin.user)];
  const { channel, account, sender } = origin.message;
  // As the API wrote it when the conversation started: long names are hashed there.
  const conversation =
    workflowInfo().typedSearchAttributes.get(keywordKey(searchAttributes.conversation)) ?? '';
  return [
    ...about,
    keyword(searchAttributes.channel, channel),
    keyword(searchAttributes.account, account),
    keyword(searchAttributes.conversation, conversation),
    keyword(searchAttributes.user, sender.id),
  ];
}

/** What is known when it has ended. */
export function upsertEnding(outcome: Outcome, intent: string | null): void {
  upsertSearchAttributes([
    keyword(searchAttributes.outcome, outcome),
    ...(intent === null ? [] : [keyword(searchAttributes.intent, intent)]),
  ]);
}
