import { ApplicationFailure } from '@temporalio/activity';
import { type ErrorType, errorTypes, nonRetryableErrorTypes } from '../contracts/errors.ts';

interface TypedError extends Error {
  type: ErrorType;
  retryable?: boolean;
  retryAfterMs?: number;
}

const known: ReadonlySet<string> = new Set(errorTypes);

function isTyped(thrown: unknown): thrown is TypedError {
  return (
    thrown instanceof Error && 'type' in thrown && typeof thrown.type === 'string' && known.has(thrown.type)
  );
}

/**
 * The failure that workflows see of a service's error: its type when the error carries one of contracts, else
 * `fallback`. Whether it is tried again follows from the error, or from its type.
 */
export function failureOf(thrown: unknown, fallback: ErrorType): ApplicationFailure {
  if (thrown instanceof ApplicationFailure) return thrown;
  const type = isTyped(thrown) ? thrown.type : fallback;
  const retryable = isTyped(thrown) ? thrown.retryable : undefined;
  const after = isTyped(thrown) ? thrown.retryAfterMs : undefined;
  return ApplicationFailure.create({
    type,
    message: thrown instanceof Error ? thrown.message : String(thrown),
    nonRetryable: !(retryable ?? !nonRetryableErrorTypes.includes(type)),
    ...(after === undefined ? {} : { nextRetryDelay: after }),
  });
}
