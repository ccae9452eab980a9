import { ActivityFailure } from '@temporalio/workflow';
import type { DeadLetter } from '../contracts/dead-letter.ts';
import { deliverPatiently, store } from './placement.ts';
import { deliverOrKeep } from './undeliverable.ts';

/** What fails is tried for a day before it is a dead letter. */
const longestTryMs = 86_400_000;

/** Says again what could not be said, for up to a day; then it is a dead letter no more, or one with another reason. */
export async function redelivery({
  id,
  attempts,
  delivery,
  failedAt,
  posted,
  run,
  step,
}: DeadLetter): Promise<boolean> {
  try {
    const triedSince = Date.parse(failedAt) - longestTryMs;
    await deliverOrKeep(
      { run, step, delivery, earlierAttempts: attempts, triedSince, posted },
      deliverPatiently,
    );
  } catch (thrown) {
    if (!(thrown instanceof ActivityFailure)) throw thrown;
    return false;
  }
  await store.dropDeadLetter(id);
  return true;
}
