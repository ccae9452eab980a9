import { ApplicationFailure } from '@temporalio/activity';
import { type ErrorType, errorTypes, nonRetryableErrorTypes } from '../contracts/errors.ts';

/**
 * The failure that workflows see of a service's error. Its type is the error's `type` or `name` where that is one of
 * contracts, else `fallback`; whether it is tried again follows from the error's `retryable`, or from the type.
 */
export function failureOf(thrown: unknown, fallback: ErrorType, details?: object): ApplicationFailure {
  if (thrown instanceof ApplicationFailure) return thrown;
  const { type, retryable, retryAfterMs } = factsOf(thrown, fallback);
  return ApplicationFailure.create({
    type,
    message: thrown instanceof Error ? thrown.message : String(thrown),
    nonRetryable: !(retryable ?? !nonRetryableErrorTypes.includes(type)),
    ...(retryAfterMs === undefined ? {} : { nextRetryDelay: retryAfterMs }),
    ...(details ? { details: [details] } : {}),
  });
}

interface Facts {
  type: ErrorType;
  retryable?: boolean;
  retryAfterMs?: number;
}

function factsOf(thrown: unknown, fallback: ErrorType): Facts {
  if (!(thrown instanceof Error)) return { type: fallback };
  const said = [propertyOf(thrown, 'type'), thrown.name];
  const retryable = propertyOf(thrown, 'retryable');
  const retryAfterMs = propertyOf(thrown, 'retryAfterMs');
  return {
    type: errorTypes.find((type) => said.includes(type)) ?? fallback,
    ...(typeof retryable === 'boolean' ? { retryable } : {}),
    ...(typeof retryAfterMs === 'number' ? { retryAfterMs } : {}),
  };
}

function propertyOf(value: object, name: string): unknown {
  return Object.getOwnPropertyDescriptor(value, name)?.value;
}
