import { setTimeout as pause } from 'node:timers/promises';
import { TokenBuckets } from '../services/rates/index.ts';
import type { SendLimits } from './channel.ts';
import { DeliveryError } from './delivery-error.ts';

/** A longer wait is not spent in an activity: the delivery is tried again when there is room. */
const longestWaitMs = 20_000;

/**
 * Keeps this process's deliveries below what platforms take, for each account and each conversation. What other
 * processes send is not known here: a platform's own refusal, which says how long to wait, has the last word.
 */
export class SendLimiter {
  private readonly buckets = new TokenBuckets();
  private readonly clock: () => number;

  constructor(clock: () => number = Date.now) {
    this.clock = clock;
  }

  /** Returns when one more message may go out. Throws `DeliveryError`, to be tried later, when that takes too long. */
  async wait(
    { account, conversation }: { account: string; conversation: string },
    limits: SendLimits,
    signal?: AbortSignal,
  ): Promise<void> {
    const names = { account, conversation: `${account}\0${conversation}` };
    let waited = 0;
    for (const scope of ['conversation', 'account'] as const) {
      const rate = limits[scope];
      if (!rate) continue;
      for (;;) {
        const ms = this.buckets.take(names[scope], rate, this.clock());
        if (ms === 0) break;
        waited += ms;
        if (waited > longestWaitMs) {
          throw new DeliveryError(`${account} has more to say than its platform takes`, {
            retryable: true,
            retryAfterMs: ms,
          });
        }
        await pause(ms, undefined, { signal });
      }
    }
  }
}
