import { setTimeout as pause } from 'node:timers/promises';
import { TokenBuckets } from '../services/rates/index.ts';
import type { SendLimits } from './channel.ts';
import { DeliveryError } from './delivery-error.ts';

/**
 * Keeps this process's deliveries below what platforms take, for each account and each conversation. What other
 * processes send is not known here: a platform's own refusal, which says how long to wait, has the last word.
 */
export class SendLimiter {
  private readonly buckets = new TokenBuckets();
  /** Conversations that a platform asked to leave alone, until when. */
  private readonly held = new Map<string, number>();
  private readonly clock: () => number;

  constructor(clock: () => number = Date.now) {
    this.clock = clock;
  }

  /** The platform asked to wait before anything more is said there. */
  hold({ account, conversation }: { account: string; conversation: string }, ms: number): void {
    const now = this.clock();
    for (const [name, until] of this.held) if (until <= now) this.held.delete(name);
    this.held.set(`${account}\0${conversation}`, now + ms);
  }

  /**
   * Returns when one more message may go out. Throws `DeliveryError`, to be tried later, when that takes longer than
   * `patienceMs`.
   */
  async wait(
    { account, conversation }: { account: string; conversation: string },
    limits: SendLimits,
    patienceMs: number,
    signal?: AbortSignal,
  ): Promise<void> {
    const names = { account, conversation: `${account}\0${conversation}` };
    const held = (this.held.get(names.conversation) ?? 0) - this.clock();
    if (held > patienceMs) throw tooMuch(account, held);
    if (held > 0) await pause(held, undefined, { signal });
    let waited = Math.max(0, held);
    for (const scope of ['conversation', 'account'] as const) {
      const rate = limits[scope];
      if (!rate) continue;
      for (;;) {
        const ms = this.buckets.take(names[scope], rate, this.clock());
        if (ms === 0) break;
        waited += ms;
        if (waited > patienceMs) throw tooMuch(account, ms);
        await pause(ms, undefined, { signal });
      }
    }
  }
}

function tooMuch(account: string, retryAfterMs: number): DeliveryError {
  return new DeliveryError(`${account} has more to say than its platform takes`, {
    retryable: true,
    retryAfterMs,
  });
}
