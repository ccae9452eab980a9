import type { Workload } from './options.ts';

/** One message as the load sends it. `id` is its `webhook-id` and stands in its text, so that an answer can be matched. */
export interface Order {
  id: string;
  conversation: string;
  text: string;
}

/** A source of numbers in [0, 1) that is the same for the same seed (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Orders of a workload, each with an id of its own. `mix` is four quick ones to one task. */
export function orderSource(workload: Workload, tag: string, random: () => number) {
  let number = 0;
  return (conversation: string): Order => {
    number += 1;
    const id = `order-${tag}-${number}`;
    const isTask = workload === 'task3' || (workload === 'mix' && random() < 0.2);
    const text = isTask
      ? `task: compare three suppliers for ${id}, with prices, delivery times and what their customers say`
      : `What is the delivery status of ${id}, and when will it arrive at our office?`;
    return { id, conversation, text };
  };
}

/** The last order id that a text names. */
export function orderIdIn(text: string): string | undefined {
  return text.match(/order-[a-z0-9]+-\d+/g)?.at(-1);
}
