import { setTimeout as delay } from 'node:timers/promises';
import { BadExchange, type Exchange, type Exchanges } from './exchanges.ts';
import { type Order, seededRandom } from './orders.ts';

/** Conversations that are started at once. */
const introducedAtOnce = 100;

export interface LoadOptions {
  exchanges: Exchanges;
  conversations: string[];
  order: (conversation: string) => Order;
}

/** Lets each conversation speak once, so that what follows is measured on conversations that exist. */
export async function introduce({ exchanges, conversations, order }: LoadOptions): Promise<void> {
  const waiting = [...conversations];
  await inParallel(async () => {
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      await exchanges.exchange(order(next));
    }
  }, introducedAtOnce);
}

/** A closed loop that runs. */
export interface ClosedLoop {
  /** Exchanges so far, in the order of their replies. */
  done: Exchange[];
  /** How many are under way at once. */
  width: number;
  /** Lets nobody speak any more; resolves when all is answered. */
  stop(): Promise<void>;
}

/**
 * Closed loop: as soon as an order is answered, another conversation speaks. A lost order is a fault that the exchanges
 * count; the loop goes on after a pause.
 */
export function saturate({ exchanges, conversations, order }: LoadOptions, wanted: number): ClosedLoop {
  const width = Math.min(wanted, conversations.length);
  const random = seededRandom(1);
  const free = [...conversations];
  const done: Exchange[] = [];
  let isOver = false;
  const running = inParallel(async () => {
    while (!isOver) {
      const conversation = takeOne(free, random);
      if (conversation === undefined) return;
      try {
        done.push(await exchanges.exchange(order(conversation)));
      } catch (error) {
        if (!(error instanceof BadExchange)) throw error;
        await delay(100);
      }
      free.push(conversation);
    }
  }, width);
  const stop = () => {
    isOver = true;
    return running;
  };
  return { done, width, stop };
}

/**
 * Open loop: orders leave at a steady rate whatever becomes of those before. Their times count from when they were
 * due. Returns when all that were sent are answered.
 */
export async function steady(
  { exchanges, conversations, order }: LoadOptions,
  { perSecond, seconds }: { perSecond: number; seconds: number },
): Promise<Exchange[]> {
  const random = seededRandom(2);
  const start = Date.now();
  const results: Promise<Exchange | undefined>[] = [];
  for (let number = 0; number < perSecond * seconds; number += 1) {
    const due = Math.round(start + (number * 1_000) / perSecond);
    if (due > Date.now()) await delay(due - Date.now());
    const conversation = conversations[Math.floor(random() * conversations.length)] ?? '';
    results.push(exchanges.exchange(order(conversation), due).catch(ignoreCounted));
  }
  return (await Promise.all(results)).filter((result) => result !== undefined);
}

async function inParallel(work: () => Promise<void>, width: number): Promise<void> {
  await Promise.all(Array.from({ length: width }, work));
}

/** The exchanges have counted it already. */
function ignoreCounted(error: unknown): undefined {
  if (!(error instanceof BadExchange)) throw error;
}

/** Takes a random element out of a list; its order is not kept. */
function takeOne<T>(list: T[], random: () => number): T | undefined {
  const index = Math.floor(random() * list.length);
  const taken = list[index];
  const last = list.pop();
  if (index < list.length && last !== undefined) list[index] = last;
  return taken;
}
