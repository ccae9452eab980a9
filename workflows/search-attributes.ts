import { defineSearchAttributeKey, type SearchAttributePair, SearchAttributeType } from '@temporalio/common';
import { upsertSearchAttributes, workflowInfo } from '@temporalio/workflow';
import type { Outcome } from '../contracts/delivery.ts';
import { type RunInput, searchAttributes } from '../contracts/workflows.ts';

const key = (name: string) => defineSearchAttributeKey(name, SearchAttributeType.KEYWORD);
const pair = (name: string, value: string): SearchAttributePair => ({ key: key(name), value });

/** What is known of a run when it starts. */
export function runAttributes({ origin, flow }: Pick<RunInput, 'origin' | 'flow'>): SearchAttributePair[] {
  const about = [
    pair(searchAttributes.flow, flow.id),
    ...('version' in flow ? [pair(searchAttributes.flowVersion, String(flow.version))] : []),
  ];
  if (origin.type === 'api') return [...about, pair(searchAttributes.user, origin.user)];
  const { channel, account, sender } = origin.message;
  // As the API wrote it when the conversation started: long names are hashed there.
  const conversation = workflowInfo().typedSearchAttributes.get(key(searchAttributes.conversation)) ?? '';
  return [
    ...about,
    pair(searchAttributes.channel, channel),
    pair(searchAttributes.account, account),
    pair(searchAttributes.conversation, conversation),
    pair(searchAttributes.user, sender.id),
  ];
}

/** What is known when it has ended. */
export function upsertEnding(outcome: Outcome, intent: string | null): void {
  upsertSearchAttributes([
    pair(searchAttributes.outcome, outcome),
    ...(intent === null ? [] : [pair(searchAttributes.intent, intent)]),
  ]);
}
