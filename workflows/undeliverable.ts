import {
  ActivityFailure,
  type ActivityOptions,
  ApplicationFailure,
  isCancellation,
  log,
  patched,
  TemporalFailure,
} from '@temporalio/workflow';
import type { DeliverInput, DeliveryFailure } from '../contracts/activities.ts';
import type { DeliveryReceipt } from '../contracts/delivery.ts';
import { deliverOnce, deliveryActivities, store } from './placement.ts';

/** Delivers; what fails for good is kept as a dead letter, unless it is not worth it. Throws the failure either way. */
export async function deliverOrKeep(
  input: DeliverInput,
  options: ActivityOptions,
  isWorthless = input.delivery.type === 'progress',
): Promise<DeliveryReceipt> {
  try {
    const summary = options.summary ?? input.step.slice(0, 100);
    return await deliveryActivities.deliver.executeWithOptions({ ...options, summary }, [input]);
  } catch (thrown) {
    const goesOnElsewhere = options.retry === deliverOnce && worthAnotherTry(thrown);
    const isOver = !isCancellation(thrown) && !goesOnElsewhere && !isWorthless;
    if (isOver && patched('dead-letters')) await keep(input, thrown);
    throw thrown;
  }
}

/** Whether a delivery that failed may succeed later: everything but what the receiver refused for good. */
export function worthAnotherTry(thrown: unknown): boolean {
  const cause = thrown instanceof ActivityFailure ? thrown.cause : thrown;
  return !(cause instanceof ApplicationFailure && cause.nonRetryable);
}

/** What is known of a delivery that failed; of one that was cut off nothing is. */
export function deliveryFailureOf(thrown: unknown): DeliveryFailure {
  for (let cause = thrown; cause instanceof TemporalFailure; cause = cause.cause) {
    const [details] = (cause instanceof ApplicationFailure && cause.details) || [];
    if (isDeliveryFailure(details)) return details;
  }
  return { posted: 0, attempts: 1 };
}

async function keep({ delivery, earlierAttempts, run, step, ...rest }: DeliverInput, thrown: unknown) {
  const { attempts, posted } = deliveryFailureOf(thrown);
  const cause = thrown instanceof ActivityFailure ? thrown.cause : thrown;
  try {
    await store.keepDeadLetter({
      run,
      step,
      delivery,
      posted: Math.max(posted, rest.posted ?? 0),
      attempts: Math.max(attempts, earlierAttempts + 1),
      error: (cause instanceof Error ? cause.message : String(cause)).slice(0, 2_000),
      failedAt: new Date().toISOString(),
    });
  } catch (unkept) {
    // The run's record still has what was to be said, and that it was not.
    log.error('a dead letter could not be kept', { step, error: String(unkept) });
  }
}

function isDeliveryFailure(value: unknown): value is DeliveryFailure {
  return (
    typeof value === 'object' &&
    value !== null &&
    'posted' in value &&
    typeof value.posted === 'number' &&
    'attempts' in value &&
    typeof value.attempts === 'number'
  );
}
