import {
  ActivityFailure,
  ApplicationFailure,
  ChildWorkflowFailure,
  isCancellation,
  TerminatedFailure,
  TimeoutFailure,
} from '@temporalio/workflow';
import type { ErrorType, Language, NodeError } from '../contracts/errors.ts';
import type { Usage } from '../contracts/usage.ts';
import { userMessageOf } from '../contracts/user-messages.ts';

export interface Failed {
  error: NodeError;
  attempts: number;
  usage?: Usage;
  ms?: number;
}

/** A node error of a type in contracts, with its text for the person. */
export function nodeError(type: ErrorType, message: string, language: Language): NodeError {
  return { type, message: message.slice(0, 2_000), userMessage: userMessageOf(type, language) };
}

/** What a failed activity says: its type, attempts and usage, where the activity left them in the details. */
export function failedBy(thrown: unknown, language: Language): Failed {
  if (isCancellation(thrown)) return { error: nodeError('Cancelled', 'cancelled', language), attempts: 1 };
  const isWrapped = thrown instanceof ActivityFailure || thrown instanceof ChildWorkflowFailure;
  const cause = isWrapped ? thrown.cause : thrown;
  if (cause instanceof TerminatedFailure) {
    return { error: nodeError('Terminated', cause.message || 'ended by hand', language), attempts: 1 };
  }
  if (cause instanceof TimeoutFailure) {
    return { error: nodeError('Timeout', cause.message || 'timed out', language), attempts: 1 };
  }
  if (cause instanceof ApplicationFailure) {
    const type = cause.type ?? 'Internal';
    const [details] = (cause.details ?? []) as [Partial<Failed>?];
    return {
      error: { type, message: cause.message.slice(0, 2_000), userMessage: userMessageOf(type, language) },
      attempts: details?.attempts ?? 1,
      ...(details?.usage ? { usage: details.usage } : {}),
      ...(details?.ms ? { ms: details.ms } : {}),
    };
  }
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return { error: nodeError('Internal', message, language), attempts: 1 };
}
