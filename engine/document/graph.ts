import type { FlowEdge, FlowNode } from '../../contracts/flow.ts';

/** A document's graph, the first of several nodes with one id standing for all; edges that dangle left out. */
export interface Graph {
  nodes: ReadonlyMap<string, FlowNode>;
  incoming: ReadonlyMap<string, FlowEdge[]>;
  outgoing: ReadonlyMap<string, FlowEdge[]>;
}

export function graphOf(nodes: readonly FlowNode[], edges: readonly FlowEdge[]): Graph {
  const byId = new Map<string, FlowNode>();
  for (const node of nodes) if (!byId.has(node.id)) byId.set(node.id, node);
  const incoming = new Map<string, FlowEdge[]>();
  const outgoing = new Map<string, FlowEdge[]>();
  for (const id of byId.keys()) {
    incoming.set(id, []);
    outgoing.set(id, []);
  }
  for (const edge of edges) {
    if (!byId.has(edge.from) || !byId.has(edge.to)) continue;
    outgoing.get(edge.from)?.push(edge);
    incoming.get(edge.to)?.push(edge);
  }
  return { nodes: byId, incoming, outgoing };
}

/** Node ids so that each comes after those before it; nodes in or behind a cycle are missing. */
export function topologicalOrder({ nodes, incoming, outgoing }: Graph): string[] {
  const open = new Map([...nodes.keys()].map((id) => [id, incoming.get(id)?.length ?? 0]));
  const order = [...nodes.keys()].filter((id) => open.get(id) === 0);
  // Grows while it is gone through.
  for (const id of order) {
    for (const { to } of outgoing.get(id) ?? []) {
      const left = (open.get(to) ?? 0) - 1;
      open.set(to, left);
      if (left === 0) order.push(to);
    }
  }
  return order;
}

/** One cycle among the nodes that `order` lacks, as the ids along it; empty when there is none. */
export function findCycle({ nodes, incoming }: Graph, order: readonly string[]): string[] {
  const ordered = new Set(order);
  let at = [...nodes.keys()].find((id) => !ordered.has(id));
  const path = new Map<string, number>();
  const walked: string[] = [];
  // Backwards, since every node that is not in the order has one before it that is not either.
  while (at !== undefined && !path.has(at)) {
    path.set(at, walked.push(at) - 1);
    at = incoming.get(at)?.find(({ from }) => !ordered.has(from))?.from;
  }
  return at === undefined ? [] : walked.slice(path.get(at)).reverse();
}

/** Ids that can be reached from these, themselves included. */
export function reachable({ outgoing }: Graph, from: readonly string[]): Set<string> {
  const reached = new Set(from);
  // Grows while it is gone through.
  for (const id of reached) for (const { to } of outgoing.get(id) ?? []) reached.add(to);
  return reached;
}

/** Tells which nodes are upstream of which. */
export class Ancestry {
  readonly #positions: ReadonlyMap<string, number>;
  readonly #rows: Uint32Array[] = [];

  /** `order`: all of the graph's nodes, each after those before it. */
  constructor({ incoming }: Graph, order: readonly string[]) {
    this.#positions = new Map(order.map((id, position) => [id, position]));
    const words = Math.ceil(order.length / 32);
    for (const id of order) {
      const row = new Uint32Array(words);
      for (const { from } of incoming.get(id) ?? []) {
        const position = this.#positions.get(from);
        if (position === undefined) continue;
        const above = this.#rows[position];
        for (let word = 0; word < words; word++) row[word] = (row[word] ?? 0) | (above?.[word] ?? 0);
        row[position >> 5] = (row[position >> 5] ?? 0) | (1 << (position & 31));
      }
      this.#rows.push(row);
    }
  }

  /** Whether `above` is settled whenever `id` begins. */
  isUpstream(above: string, id: string): boolean {
    const position = this.#positions.get(above);
    const row = this.#rows[this.#positions.get(id) ?? -1];
    if (position === undefined || !row) return false;
    return ((row[position >> 5] ?? 0) & (1 << (position & 31))) !== 0;
  }
}
