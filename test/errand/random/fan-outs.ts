import { expect } from 'vitest';
import { orCutShort } from './is-equal.ts';
import type { FanOutSpec, MadeNode, Making, NodeEnd } from './made-node.ts';
import { answerTo } from './services.ts';

interface Item {
  id: string;
  /** Below 0 it fails. */
  n: number;
  dependsOn: string[];
}

/** An item as the documents say it ends. */
interface ItemEnd {
  status: string;
  output: unknown;
  error: unknown;
}

/** What may be done with each item, what comes of it, and the number in that, as an expression. */
const doing = [
  {
    make: (origin: string) => ({ kind: 'http', config: { url: `${origin}/value/{{ item.n }}` } }),
    output: (n: number) => ({ status: 200, headers: expect.any(Object), body: { v: answerTo(n) } }),
    value: (output: string) => `${output}.body.v`,
    number: answerTo,
    error: 'HttpStatus',
  },
  {
    make: () => ({ kind: 'model', config: { prompt: 'value of {{ item.n }}' } }),
    output: (n: number) => ({ text: String(answerTo(n)) }),
    value: (output: string) => `int(${output}.text)`,
    number: answerTo,
    error: 'ModelRejected',
  },
  {
    make: () => ({ kind: 'subflow', config: { flow: 'triples', input: { n: '{{ item.n }}' } } }),
    output: (n: number) => ({ v: n * 3 }),
    value: (output: string) => `${output}.v`,
    number: (n: number) => n * 3,
    error: 'SubflowFailed',
  },
];

/** A dispatch or a loop: one after the other, some at a time, or in batches; going on at a failure or stopping there. */
export function fanOut({ id, chance, fans, origin }: Making): MadeNode {
  const isCrowd = fans.crowd > 0;
  const does = doing[isCrowd ? 0 : chance % doing.length] ?? doing[0];
  if (!does) throw new RangeError('nothing to do');
  const strict = fans.strict && !isCrowd;
  const concurrency = strict ? 1 : isCrowd ? 10 : fans.concurrency;
  const items = isCrowd ? crowdOf(fans.crowd) : itemsOf(fans, strict);
  const ends = strict ? endsInOrder(items, does) : endsOfAll(items, does);
  const stopped = strict ? ends.find(({ status }) => status === 'failed') : undefined;
  const counts = countOf(ends);
  const kind = chance % 2 === 0 ? 'dispatch' : 'loop';
  const last = ends.findLastIndex(({ status }) => status === 'succeeded');
  const output = { items: ends.map((end, index) => ({ index, ...end })) };
  const end: NodeEnd = stopped
    ? { error: does.error, items: counts }
    : {
        output: isCrowd ? orCutShort(output) : output,
        value: last < 0 ? 0 : does.number(items[last]?.n ?? 0),
        items: counts,
      };
  return {
    kind,
    config: {
      items: items.map(({ dependsOn, ...item }) => (dependsOn.length > 0 ? { ...item, dependsOn } : item)),
      do: does.make(origin),
      concurrency,
      onItemError: strict ? 'fail' : 'continue',
    },
    value: last < 0 ? '0' : does.value(`nodes.${id}.output.items[${last}].output`),
    attempts: counts.succeeded || ends.some(({ error }) => isOwn(error)) ? 1 : 0,
    end: () => end,
  };
}

const dependencyFailed = expect.objectContaining({ type: 'DependencyFailed' });
const isOwn = (error: unknown): boolean => error !== null && error !== dependencyFailed;

function crowdOf(count: number): Item[] {
  return Array.from({ length: count }, (_, at) => ({
    id: `i${at}`,
    n: at % 7 === 3 ? -at : at,
    dependsOn: [],
  }));
}

function itemsOf({ items }: FanOutSpec, strict: boolean): Item[] {
  return items.map(({ deps, fails, n }, at) => ({
    id: `i${at}`,
    n: fails ? -1 - n : n,
    dependsOn: strict ? [] : deps.map((dep) => `i${dep}`),
  }));
}

function ended({ n }: Item, { error, output }: (typeof doing)[number]): ItemEnd {
  return n < 0
    ? { status: 'failed', output: null, error: expect.objectContaining({ type: error }) }
    : { status: 'succeeded', output: output(n), error: null };
}

function endsInOrder(items: readonly Item[], does: (typeof doing)[number]): ItemEnd[] {
  const stop = items.findIndex(({ n }) => n < 0);
  return items.map((item, at) =>
    stop >= 0 && at > stop ? { status: 'cancelled', output: null, error: null } : ended(item, does),
  );
}

/** An item ends well when it does itself and all that it depends on did; in a circle none does. */
function endsOfAll(items: readonly Item[], does: (typeof doing)[number]): ItemEnd[] {
  const known = new Set(items.map(({ id }) => id));
  const well = new Set<string>();
  const ready = ({ dependsOn }: Item): boolean =>
    dependsOn.every((other) => well.has(other) || !known.has(other));
  for (const _ of items) for (const item of items) if (item.n >= 0 && ready(item)) well.add(item.id);
  return items.map((item) =>
    ready(item) ? ended(item, does) : { status: 'failed', output: null, error: dependencyFailed },
  );
}

function countOf(ends: readonly ItemEnd[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { status } of ends) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}
