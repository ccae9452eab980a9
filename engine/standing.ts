import type { FlowState, NodeState } from '../contracts/flow-state.ts';
import type { Program } from './program.ts';
import { SharedList } from './shared-list.ts';

/** A state without what it has one of for each node or edge. */
export type BareState = Omit<FlowState, 'nodes' | 'edges'>;
export type EdgeState = 'fired' | 'dead' | undefined;

/** Where a flow stands, as it is looked at. */
export interface Standing {
  readonly state: BareState;
  /** Undefined for an id that the flow does not have. */
  find(id: string): NodeState | undefined;
  /** By index in the plan's edges. */
  edgeAt(index: number): EdgeState;
}

/** Where a state from anywhere stands. */
export function standingOf(state: FlowState): Standing {
  const { nodes, edges } = state;
  return {
    state,
    find: (id) => (Object.hasOwn(nodes, id) ? nodes[id] : undefined),
    edgeAt: (index) => edges[index],
  };
}

export const pending: NodeState = { status: 'pending', attempts: 0 };

/** A state taken apart; nodes and edges in their program's order. */
export interface StateParts {
  bare: BareState;
  nodes: SharedList<NodeState>;
  edges: SharedList<EdgeState>;
}

/** Of what a state that a step has made was put together; nothing that copies or writes states sees it. */
const made = Symbol('made of');

interface MadeState extends FlowState {
  [made]?: { program: Program; parts: StateParts };
}

/** Takes a state apart. */
export function partsOf(program: Program, state: MadeState): StateParts {
  const known = state[made];
  if (known?.program === program) return known.parts;
  const { nodes, edges, ...bare } = state;
  const { find } = standingOf(state);
  return {
    bare,
    nodes: SharedList.of([...program.nodes.keys()].map((id) => find(id) ?? pending)),
    edges: SharedList.of(program.edges.map(({ index }) => edges[index])),
  };
}

/**
 * Puts a state together. A step changes few nodes and edges and is often followed by the next, so the objects that
 * have all of them are made only when someone looks at them: that keeps steps of large flows short.
 */
export function stateOf(program: Program, parts: StateParts): FlowState {
  let nodes: FlowState['nodes'] | undefined;
  let edges: FlowState['edges'] | undefined;
  const state: MadeState = {
    ...parts.bare,
    get nodes() {
      nodes ??= nodesById(program, parts.nodes);
      return nodes;
    },
    get edges() {
      edges ??= edgesByIndex(parts.edges);
      return edges;
    },
  };
  Object.defineProperty(state, made, { value: { program, parts } });
  return state;
}

/** An object without a prototype, which stays a dictionary: with hundreds of nodes it is made several times faster. */
function nodesById(program: Program, nodes: SharedList<NodeState>): FlowState['nodes'] {
  const byId: FlowState['nodes'] = Object.create(null);
  for (const [id, { position }] of program.nodes) byId[id] = nodes.get(position) ?? pending;
  return byId;
}

function edgesByIndex(edges: SharedList<EdgeState>): FlowState['edges'] {
  const byIndex: FlowState['edges'] = {};
  let index = 0;
  for (const edge of edges) {
    if (edge) byIndex[index] = edge;
    index++;
  }
  return byIndex;
}
