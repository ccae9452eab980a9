import type { AccountConfig, Delivery } from '../contracts/index.ts';
import type { Egress } from '../services/egress/index.ts';
import type { ThreadStore } from '../services/threads/index.ts';
import type { AccessTokens } from './access-tokens.ts';
import type { Channel, ChannelDependencies, SendReceipt } from './channel.ts';
import { placeOf } from './conversation-place.ts';
import { DeliveryError } from './delivery-error.ts';
import { SendLimiter } from './send-limiter.ts';

/** Without `replyTo` it goes to a conversation that did not just write, where its channel can. */
export type UnaddressedDelivery = Omit<Delivery, 'replyTo'> & Partial<Pick<Delivery, 'replyTo'>>;

export interface SendOptions {
  signal?: AbortSignal;
  /** How many of the delivery's messages arrived at an earlier try: they are passed over. */
  posted?: number;
  /** Told after each that arrived. */
  onPosted?(posted: number): void;
}

/**
 * Says a delivery: all messages that it becomes, in order, none faster than the platform takes them. Resolves with the
 * receipt of the first that was posted. Throws `DeliveryError`.
 */
export type Send = (delivery: UnaddressedDelivery, options?: SendOptions) => Promise<SendReceipt>;

export interface SenderDependencies {
  accounts: ReadonlyMap<string, AccountConfig>;
  channelOf(kind: string): Channel | undefined;
  egress: Egress;
  tokens: AccessTokens;
  threads?: Pick<ThreadStore, 'say'>;
  /** Epoch milliseconds. */
  clock?(): number;
}

/**
 * How long one try goes on. The last call that it begins may take 10 s more, and who asked for it gives up after 15: what
 * is not said by then is said by the next try, which is told where to go on.
 */
const patienceMs = 4_500;

/** How a process speaks to people through all its accounts. */
export function createSender({ accounts, channelOf, clock = Date.now, ...rest }: SenderDependencies): Send {
  const limiter = new SendLimiter(clock);
  return async (delivery, { signal, posted = 0, onPosted } = {}) => {
    const account = accounts.get(delivery.account);
    const channel = account && channelOf(account.kind);
    if (!channel) {
      throw new DeliveryError(`no account ${delivery.account} is configured here`, { retryable: true });
    }
    const replyTo = delivery.replyTo ?? channel.addressOf(account, placeOf(delivery.conversation));
    const limits = channel.limits(account, delivery.conversation);
    const until = clock() + patienceMs;
    let first: SendReceipt | undefined;
    for (const [index, posting] of channel.postings({ ...delivery, replyTo }, account).entries()) {
      if (index < posted) continue;
      const left = until - clock();
      if (first && left <= 0) {
        throw new DeliveryError(`the rest of what ${account.id} says is said later`, {
          retryable: true,
          retryAfterMs: 0,
        });
      }
      await limiter.wait(delivery, limits, left, signal);
      const dependencies: ChannelDependencies = { ...rest, now: clock(), ...(signal ? { signal } : {}) };
      const receipt = await posting.post(dependencies).catch((error: unknown) => {
        const { retryAfterMs } = error instanceof DeliveryError ? error : {};
        if (retryAfterMs !== undefined) limiter.hold(delivery, retryAfterMs);
        throw error;
      });
      first ??= receipt;
      onPosted?.(index + 1);
    }
    return first ?? {};
  };
}
