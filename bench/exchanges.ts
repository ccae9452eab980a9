import type { ChildProcess } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import type { Order } from './orders.ts';
import type { Sender } from './sender.ts';
import type { SeenReply } from './sink.ts';

/** One order, from sending to its final reply. Times are epoch milliseconds. */
export interface Exchange {
  conversation: string;
  /** When it was to be sent: waiting for a late load counts as waiting for the answer. */
  sentAt: number;
  acceptedAt: number;
  repliedAt: number;
}

/** A reply that was not the one to expect, or did not come. */
export class BadExchange extends Error {}

/** How long an accepted order may stay without its reply before the bench gives up. */
const replyDeadlineMs = 180_000;
const sendAttempts = 4;
const sendAgainAfterMs = 2_000;

/** Pairs orders with the replies that the sink sees. Counts what goes wrong. */
export function createExchanges(sink: ChildProcess, sender: Sender) {
  const pending = new Map<string, (reply: SeenReply) => void>();
  const faults = { failed: 0, mismatched: 0, unexpected: 0, sentAgain: 0, unaccepted: 0, missing: 0 };

  const onReplies = (replies: SeenReply[]) => {
    for (const reply of replies) {
      if (reply.outcome !== 'answered') faults.failed += 1;
      else if (!reply.matches) faults.mismatched += 1;
      const settle = pending.get(reply.inReplyTo);
      if (settle) settle(reply);
      else faults.unexpected += 1;
    }
  };
  sink.on('message', onReplies);

  /** Sends an order and waits for its reply. Throws `BadExchange` when it is not accepted or never answered. */
  async function exchange(order: Order, sentAt = Date.now()): Promise<Exchange> {
    const reply = expectReply(order.id);
    try {
      await sendUntilAccepted(order);
    } catch (error) {
      reply.forget();
      faults.unaccepted += 1;
      throw new BadExchange(`${order.id} was not accepted`, { cause: error });
    }
    const acceptedAt = Date.now();
    return { conversation: order.conversation, sentAt, acceptedAt, repliedAt: (await reply.seen).at };
  }

  /** As webhook senders do: what is not accepted is sent again under the same id. */
  async function sendUntilAccepted(order: Order): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        await sender.send(order);
        return;
      } catch (error) {
        if (attempt === sendAttempts) throw error;
        faults.sentAgain += 1;
        await delay(sendAgainAfterMs);
      }
    }
  }

  function expectReply(id: string) {
    const { promise: seen, resolve, reject } = withResolvers<SeenReply>();
    const deadline = setTimeout(() => {
      pending.delete(id);
      faults.missing += 1;
      reject(new BadExchange(`no reply to ${id} within ${replyDeadlineMs / 1_000} s`));
    }, replyDeadlineMs);
    const forget = () => {
      clearTimeout(deadline);
      pending.delete(id);
    };
    pending.set(id, (reply) => {
      forget();
      resolve(reply);
    });
    return { seen, forget };
  }

  return { exchange, faults, open: () => pending.size, close: () => sink.off('message', onReplies) };
}

export type Exchanges = ReturnType<typeof createExchanges>;

/** `Promise.withResolvers`, which Node 20 lacks. */
function withResolvers<T>() {
  let resolve: (value: T) => void = () => {};
  let reject: (reason: Error) => void = () => {};
  const promise = new Promise<T>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  return { promise, resolve, reject };
}
