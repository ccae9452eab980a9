import { expect } from 'vitest';
import { isEqual, orCutShort } from './is-equal.ts';
import type { MadeNode, NodeEnd } from './made-node.ts';
import { type Asks, fallback, type Program, type ProgramEdge } from './programs.ts';

/** What a node of a random program has to come to. `output` may hold matchers. */
export interface Expected {
  /** `never`: something before it fails the whole flow. */
  status: 'succeeded' | 'failed' | 'skipped' | 'never';
  output: unknown;
  error: string | null;
  attempts: number;
  items?: Record<string, number>;
}

/** What a random program has to come to, by node id. `unhandled`: nodes of which the first to fail fails it all. */
export interface Expectation {
  nodes: Record<string, Expected>;
  unhandled: string[];
  /** What the flow as a whole puts out. */
  output: unknown;
}

type Edge = 'fired' | 'dead' | 'open';
type Settled = Expected & { value: number; fires(edge: ProgramEdge): Edge };

/**
 * The semantics of flows without the engine: no events, no order of events, each node once in the order of the
 * document. Behind a failure that nothing handles all stays open.
 */
export function expectationOf(program: Program): Expectation {
  const settled = new Map<string, Settled>();
  const edges = new Map<ProgramEdge, Edge>();
  const unhandled: string[] = [];
  const settle = (id: string, one: Settled): void => {
    settled.set(id, one);
    for (const edge of program.edges) if (edge.from === id) edges.set(edge, one.fires(edge));
  };
  for (const id of ['start', 'other'])
    settle(id, id === program.trigger ? triggered(program, id) : untaken('skipped', 'dead'));
  if (settled.get(program.trigger)?.status === 'never') unhandled.push(program.trigger);
  for (const [id, made] of program.made) {
    const incoming = program.edges.filter(({ to }) => to === id);
    const states = incoming.map((edge) => edges.get(edge) ?? 'open');
    const sources = incoming.map(({ from }) => settled.get(from));
    const readiness = readinessOf(made, states, sources);
    if (readiness === 'skipped') settle(id, untaken('skipped', 'dead'));
    else if (readiness === 'open') settle(id, untaken('never', 'open'));
    else {
      const fired = incoming.filter((_, at) => states[at] === 'fired').map(({ from }) => from);
      const n = numberFor(program, id, settled);
      const end: NodeEnd =
        readiness === 'tooFew' ? { error: 'QuorumNotReached' } : endOf(made, n, fired, settled);
      const one = concluded(program, id, made, end, readiness === 'tooFew');
      if (one.status === 'never') unhandled.push(id);
      settle(id, one);
    }
  }
  return { nodes: Object.fromEntries(settled), unhandled, output: outputOf(settled, edges) };
}

function triggered({ edges, input }: Program, id: string): Settled {
  const value = input.n;
  const leaving = edges.filter(({ from, on }) => from === id && on === 'success');
  const isBroken = leaving.some(({ asks }) => asks === 'broken');
  const fires = (edge: ProgramEdge): Edge => (holds(edge.asks, value, false) ? 'fired' : 'dead');
  // A trigger has the policy that nodes have without one: it fails the flow.
  if (isBroken) return { ...untaken('never', 'open'), error: 'ExpressionError' };
  return { status: 'succeeded', output: input, error: null, attempts: 1, value, fires };
}

function untaken(status: 'skipped' | 'never', edge: Edge): Settled {
  return { status, output: null, error: null, attempts: 0, value: 0, fires: () => edge };
}

function readinessOf(
  { config = {}, kind }: MadeNode,
  states: readonly Edge[],
  sources: readonly (Settled | undefined)[],
): 'begins' | 'skipped' | 'open' | 'tooFew' {
  const fired = states.filter((state) => state === 'fired').length;
  const open = states.filter((state) => state === 'open').length;
  if (kind !== 'join' || config.mode === 'all') return open > 0 ? 'open' : fired > 0 ? 'begins' : 'skipped';
  const quorum = config.mode === 'any' ? 1 : Number(config.quorum);
  if (fired >= quorum) return 'begins';
  const taken = sources.some((source, at) => states[at] !== 'open' && source?.status !== 'skipped');
  if (taken) return fired + open < quorum ? 'tooFew' : 'open';
  return open > 0 ? 'open' : 'skipped';
}

/** What the expression for a node's number comes to. */
function numberFor({ edges, made }: Program, id: string, settled: ReadonlyMap<string, Settled>): number {
  const sources = new Set(edges.filter(({ to }) => to === id).map(({ from }) => from));
  const values = [...sources].map((from) => settled.get(from)?.value ?? 0);
  return values.reduce((sum, value) => sum + value, made.get(id)?.plus ?? 0) % 997;
}

function endOf(
  made: MadeNode,
  n: number,
  fired: readonly string[],
  settled: ReadonlyMap<string, Settled>,
): NodeEnd {
  if (made.kind !== 'join') return made.end(n);
  const inputs = Object.fromEntries(fired.map((from) => [from, settled.get(from)?.output ?? null]));
  if (made.config?.mode === 'all')
    return { output: orCutShort({ inputs }), value: Object.keys(inputs).length };
  // Which of them had fired when it began is not decided beforehand.
  return { output: orCutShort({ inputs: expect.toSatisfy((some) => isPartOf(some, inputs)) }), value: 3 };
}

function isPartOf(some: unknown, inputs: Record<string, unknown>): boolean {
  const ids = Object.keys(some ?? {});
  return ids.length > 0 && isEqual(some, Object.fromEntries(ids.map((id) => [id, inputs[id]])));
}

function concluded(
  { document, edges }: Program,
  id: string,
  made: MadeNode,
  end: NodeEnd,
  isUnbegun: boolean,
): Settled {
  const common = {
    attempts: isUnbegun ? 0 : (made.attempts ?? 1),
    ...(end.items ? { items: end.items } : {}),
  };
  const leaving = edges.filter(({ from }) => from === id);
  if (!('error' in end)) {
    const { output, port, value } = end;
    const taken = leaving.filter(({ on }) => on === 'success' || on === port);
    if (!taken.some(({ asks }) => asks === 'broken'))
      return {
        ...{ status: 'succeeded', output, error: null, value, ...common },
        fires: (edge) => (taken.includes(edge) && holds(edge.asks, value, false) ? 'fired' : 'dead'),
      };
  }
  const error = 'error' in end ? end.error : 'ExpressionError';
  const action = document.nodes.find((node) => node.id === id)?.onError?.action;
  const value = action === 'fallback' ? fallback : 0;
  const handling = leaving.filter(
    ({ asks, on }) =>
      on === (action === 'branch' ? 'error' : 'success') && holds(asks, value, action !== 'fallback'),
  );
  const fires = (edge: ProgramEdge): Edge => (handling.includes(edge) ? 'fired' : 'dead');
  if (action === 'fail' || (action === 'branch' && handling.length === 0))
    return { ...untaken('never', 'open'), ...common, error };
  return action === 'fallback'
    ? { status: 'succeeded', output: fallback, error, value, ...common, fires }
    : { status: 'failed', output: null, error, value, ...common, fires };
}

function holds(asks: Asks, value: number, failed: boolean): boolean {
  switch (asks) {
    case 'nothing':
      return true;
    case 'even':
      return value % 2 === 0;
    case 'noError':
      return !failed;
    default:
      return false;
  }
}

/** That of the node where the flow ended, or several by node id. */
function outputOf(settled: ReadonlyMap<string, Settled>, edges: ReadonlyMap<ProgramEdge, Edge>): unknown {
  const left = new Set([...edges].flatMap(([{ from }, state]) => (state === 'fired' ? [from] : [])));
  const ends = [...settled].filter(([id, { status }]) => status === 'succeeded' && !left.has(id));
  const [only] = ends;
  if (ends.length > 1) return Object.fromEntries(ends.map(([id, { output }]) => [id, output]));
  return only?.[1].output ?? null;
}
