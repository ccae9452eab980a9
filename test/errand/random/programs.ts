import fc from 'fast-check';
import type { FlowDocument, FlowEdge, FlowNode } from '../../../contracts/flow.ts';
import { failures } from './failing-nodes.ts';
import type { MadeNode } from './made-node.ts';
import { succeeding } from './node-makers.ts';

/** A random flow that does real things, and what the reference interpreter has to know of it. */
export interface Program {
  document: FlowDocument;
  /** The trigger that fires, and what it is given. */
  trigger: string;
  input: { n: number; program: string };
  /** All but the triggers, in the document's order, which is a topological one. */
  made: ReadonlyMap<string, ProgramNode>;
  edges: ProgramEdge[];
}

/** `plus`: is added to the numbers of the nodes before it, which makes the number that it is given. */
export type ProgramNode = MadeNode & { plus: number };

/** An edge, and what its condition asks. */
export interface ProgramEdge extends FlowEdge {
  on: string;
  asks: Asks;
}

/** `even`: of the number in the source's output; `broken`: something that cannot be evaluated. */
export type Asks = 'nothing' | 'no' | 'even' | 'noError' | 'broken';

/** What an output is replaced by where `onError` has a fallback. */
export const fallback = 11;

/** The number in a node's output, as an expression: 0 where there is no output. */
function numberOf(id: string, value: string): string {
  return `(nodes.${id}.output == null ? 0 : nodes.${id}.output == ${fallback} ? ${fallback} : ${value})`;
}

const item = fc.record({
  n: fc.nat({ max: 996 }),
  fails: fc.nat({ max: 5 }).map((one) => one === 0),
  deps: fc.array(fc.nat({ max: 7 }), { maxLength: 2 }),
});

const fans = fc.record({
  items: fc.array(item, { maxLength: 6 }),
  concurrency: fc.integer({ min: 1, max: 4 }),
  strict: fc.boolean(),
  crowd: fc.nat({ max: 1_500 }).map((one) => (one > 20 ? 0 : 101 + one)),
});

const randomNode = fc.record({
  chance: fc.nat({ max: 100_000 }),
  way: fc.nat({ max: 100_000 }),
  fails: fc.nat({ max: 7 }).map((one) => one === 0),
  joins: fc.nat({ max: 6 }).map((one) => one === 0),
  fans,
  action: fc.constantFrom<NonNullable<FlowNode['onError']>['action']>(
    ...(['fail', 'continue', 'continue', 'continue', 'fallback', 'fallback', 'fallback'] as const),
    ...(['branch', 'branch', 'branch'] as const),
  ),
  edges: fc.array(
    fc.record({
      from: fc.nat({ max: 100 }),
      port: fc.nat({ max: 100 }),
      asks: fc.constantFrom<Asks>(
        ...Array.from({ length: 14 }, (): Asks => 'nothing'),
        ...(['no', 'even', 'even', 'noError', 'broken'] as const),
      ),
    }),
    { minLength: 1, maxLength: 3 },
  ),
});
type RandomNode = typeof randomNode extends fc.Arbitrary<infer T> ? T : never;

/** Random programs, the same for the same seed. */
export function randomPrograms(count: number, seed: number, origin: string): Program[] {
  const shape = fc.record({
    n: fc.nat({ max: 996 }),
    trigger: fc.constantFrom('start', 'start', 'start', 'start', 'start', 'start', 'other'),
    nodes: fc.array(randomNode, { minLength: 4, maxLength: 12 }),
  });
  return fc
    .sample(shape, { numRuns: count, seed })
    .map(({ n, nodes, trigger }, at) => programOf({ n, program: `${seed}-${at}` }, trigger, nodes, origin));
}

function programOf(
  input: Program['input'],
  trigger: string,
  nodes: readonly RandomNode[],
  origin: string,
): Program {
  const made = new Map<string, ProgramNode>();
  const edges: ProgramEdge[] = [];
  const actions = new Map<string, RandomNode['action']>();
  for (const [at, random] of nodes.entries()) {
    const id = `n${at}`;
    const incoming = incomingOf(id, at, random, made, actions);
    edges.push(...incoming);
    const sources = [...new Set(incoming.map(({ from }) => from))];
    const numbers = sources.map((from) => numberOf(from, readingOf(from, made)));
    const plus = random.chance % 997;
    const making = { ...random, id, origin, n: `((${numbers.join(' + ')} + ${plus}) % 997)` };
    const makers = random.fails ? failures : succeeding;
    const one = random.joins ? joinOf(id, random, incoming) : makers[random.way % makers.length]?.(making);
    if (one) made.set(id, { ...one, plus });
    actions.set(id, random.action);
  }
  // An error branch needs an edge.
  for (const [id, action] of actions)
    if (action === 'branch' && !edges.some(({ from, on }) => from === id && on === 'error'))
      actions.set(id, 'continue');
  return {
    document: {
      schemaVersion: 1,
      id: 'random',
      name: { en: 'Random', zh: '随机' },
      nodes: [
        { id: 'start', kind: 'trigger.webhook' },
        { id: 'other', kind: 'trigger.webhook' },
        ...[...made].map(([id, one]) => nodeOf(id, one, actions.get(id) ?? 'fail')),
      ],
      edges: edges.map(({ asks: _, ...edge }) => edge),
    },
    ...{ trigger, input, made, edges },
  };
}

function readingOf(id: string, made: ReadonlyMap<string, MadeNode>): string {
  return made.get(id)?.value ?? `nodes.${id}.output.n`;
}

/** Near nodes lead to it, so that flows get deep; sometimes the other trigger does. */
function incomingOf(
  id: string,
  at: number,
  { edges }: RandomNode,
  made: ReadonlyMap<string, MadeNode>,
  actions: ReadonlyMap<string, RandomNode['action']>,
): ProgramEdge[] {
  const leading = new Map<string, ProgramEdge>();
  for (const { asks, from: far, port } of edges) {
    const near = at - 1 - (far % 4);
    const from = far % 11 === 10 ? 'other' : near < 0 ? 'start' : `n${near}`;
    const { ports = [] } = made.get(from) ?? {};
    const on =
      port % 3 === 0 && actions.get(from) === 'branch'
        ? 'error'
        : (port % 3 > 0 && ports[port % ports.length]) || 'success';
    const when = conditionOf(asks, from, readingOf(from, made));
    leading.set(`${from}:${on}`, { from, to: id, on, asks, ...(when === undefined ? {} : { when }) });
  }
  return [...leading.values()];
}

function conditionOf(asks: Asks, from: string, value: string): string | undefined {
  switch (asks) {
    case 'nothing':
      return undefined;
    case 'no':
      return 'false';
    case 'even':
      return `${numberOf(from, value)} % 2 == 0`;
    case 'noError':
      return `nodes.${from}.error == null`;
    case 'broken':
      return `nodes.${from}.output.missing.deeper == 1`;
  }
}

/** What a join ends with, the reference interpreter works out by itself. */
function joinOf(id: string, { chance }: RandomNode, incoming: readonly ProgramEdge[]): MadeNode {
  const mode = ['all', 'any', 'quorum'][chance % 3] ?? 'all';
  const quorum = 1 + (chance % incoming.length);
  return {
    kind: 'join',
    config: mode === 'quorum' ? { mode, quorum } : { mode },
    value: mode === 'all' ? `size(nodes.${id}.output.inputs)` : '3',
    end: () => ({ output: null, value: 3 }),
  };
}

function nodeOf(
  id: string,
  { config, kind, retry, timeout }: MadeNode,
  action: RandomNode['action'],
): FlowNode {
  return {
    id,
    kind,
    ...(config ? { config } : {}),
    // Attempts that died with their worker count too.
    retry: { maximumAttempts: 50, initialInterval: '20ms', ...retry },
    onError: { action, ...(action === 'fallback' && { value: fallback }) },
    timeout: timeout ?? (['http', 'model'].includes(kind) ? '20s' : '30m'),
  };
}
