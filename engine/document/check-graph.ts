import type { FlowNode } from '../../contracts/flow.ts';
import { nodeKinds } from '../../contracts/node-kinds/index.ts';
import { findCycle, type Graph, reachable } from './graph.ts';
import { named, type Problems } from './problems.ts';
import type { IndexedEdge } from './shape.ts';

/** Names that every JavaScript object answers to. */
const reservedIds: ReadonlySet<string> = new Set([
  ...Object.getOwnPropertyNames(Object.prototype),
  'prototype',
]);

/** Ids that are taken twice, or reserved. */
export function checkIds(nodes: readonly FlowNode[], problems: Problems): void {
  const seen = new Set<string>();
  for (const { id } of nodes) {
    if (reservedIds.has(id))
      problems.add('reserved_id', `\`${id}\` is reserved. Give the node another id.`, {
        node: id,
        field: 'id',
      });
    if (seen.has(id))
      problems.add('duplicate_id', `Several nodes have the id \`${id}\`. Give each its own.`, {
        node: id,
        field: 'id',
      });
    seen.add(id);
  }
}

/** Edges with an end that does not exist. */
export function checkEnds({ nodes }: Graph, edges: readonly IndexedEdge[], problems: Problems): void {
  for (const edge of edges) {
    for (const end of ['from', 'to'] as const) {
      if (!nodes.has(edge[end]))
        problems.add(
          'dangling_edge',
          `There is no node \`${edge[end]}\`. Connect the edge to one, or remove it.`,
          {
            node: end === 'from' ? edge.to : edge.from,
            field: `edges[${edge.index}].${end}`,
          },
        );
    }
  }
}

/** What cannot begin: cycles, flows without a trigger, triggers that something leads to, nodes that nothing leads to. */
export function checkFlow(graph: Graph, order: readonly string[], problems: Problems): void {
  const cycle = findCycle(graph, order);
  const [first] = cycle;
  if (first !== undefined)
    problems.add('cycle', `The flow goes round in a circle: ${circle(cycle)}. Remove one of these edges.`, {
      node: first,
    });
  const triggers = [...graph.nodes.values()].filter(({ kind }) => nodeKinds.get(kind)?.traits.trigger);
  if (triggers.length === 0) {
    const kinds = [...nodeKinds.values()].filter(({ traits }) => traits.trigger).map(({ kind }) => kind);
    problems.add('no_trigger', `Nothing starts this flow. Add a trigger: ${named(kinds)}.`, {
      field: 'nodes',
    });
    return;
  }
  for (const { id } of triggers) {
    if (graph.incoming.get(id)?.length)
      problems.add(
        'trigger_with_input',
        'A trigger starts the flow; nothing leads to it. Remove the edges to it.',
        {
          node: id,
        },
      );
  }
  const reached = reachable(
    graph,
    triggers.map(({ id }) => id),
  );
  for (const id of graph.nodes.keys()) {
    if (!reached.has(id))
      problems.add('unreachable', 'No trigger leads to this node. Connect it, or remove it.', { node: id });
  }
}

function circle(cycle: readonly string[]): string {
  const shown = cycle.slice(0, 12);
  const path = shown.length < cycle.length ? [...shown, '…'] : shown;
  return [...path, cycle[0]].join(' → ');
}
