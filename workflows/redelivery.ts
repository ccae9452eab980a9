import { ActivityFailure } from '@temporalio/workflow';
import type { DeadLetter } from '../contracts/dead-letter.ts';
import { deliverPatiently, store } from './placement.ts';
import { deliverOrKeep } from './undeliverable.ts';

/** Says again what could not be said, for up to a day; then it is a dead letter no more, or one with another reason. */
export async function redelivery({
  id,
  attempts,
  delivery,
  posted,
  run,
  step,
}: DeadLetter): Promise<boolean> {
  try {
    await deliverOrKeep({ run, step, delivery, earlierAttempts: attempts, posted }, deliverPatiently);
  } catch (thrown) {
    if (!(thrown instanceof ActivityFailure)) throw thrown;
    return false;
  }
  await store.dropDeadLetter(id);
  return true;
}
