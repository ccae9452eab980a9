import type { FlowNode } from '../../contracts/flow.ts';
import { type NodeKind, nodeKinds } from '../../contracts/node-kinds/index.ts';
import { casesIn } from '../bind.ts';
import type { Graph } from './graph.ts';
import { named, type Problems } from './problems.ts';
import type { IndexedEdge } from './shape.ts';

/** Ports that a node's kind does not have, and error edges that do not go with the node's `onError`. */
export function checkPorts(
  { nodes, outgoing }: Graph,
  edges: readonly IndexedEdge[],
  problems: Problems,
): void {
  for (const edge of edges) {
    const node = nodes.get(edge.from);
    const kind = node && nodeKinds.get(node.kind);
    if (!kind) continue;
    const { on = 'success' } = edge;
    const ports = portsOf(node, kind);
    const place = { node: node.id, field: `edges[${edge.index}].on` };
    if (!ports.includes(on))
      problems.add(
        'unknown_port',
        `\`${kind.kind}\` has no port \`${on}\`. Use one of ${named(ports)}.`,
        place,
      );
    else if (on === 'error' && node.onError?.action !== 'branch')
      problems.add(
        'error_edge_without_branch',
        `This edge never fires. Set \`onError.action\` of \`${node.id}\` to \`branch\`, or remove the edge.`,
        place,
      );
  }
  for (const node of nodes.values()) {
    if (node.onError?.action === 'branch' && !outgoing.get(node.id)?.some(({ on }) => on === 'error'))
      problems.add(
        'branch_without_error_edge',
        'Errors are to take another branch, and there is none. Add an edge with `"on": "error"`, or choose another action.',
        { node: node.id, field: 'onError.action' },
      );
  }
}

/** Ports that a node names itself: none twice, and none that it has anyway. */
export function checkCases({ nodes }: Graph, problems: Problems): void {
  for (const node of nodes.values()) {
    const kind = nodeKinds.get(node.kind);
    if (!kind) continue;
    const taken = new Set(ownPorts(kind));
    for (const [at, port] of casePorts(node, kind).entries()) {
      if (taken.has(port))
        problems.add(
          'duplicate_port',
          `The node has a port \`${port}\` already. Name this one differently.`,
          {
            node: node.id,
            field: `config.${kind.traits.cases}[${at}].port`,
          },
        );
      taken.add(port);
    }
  }
}

/** Nodes that ask for more edges than lead to them. */
export function checkQuorums({ nodes, incoming }: Graph, problems: Problems): void {
  for (const { id, kind, config = {} } of nodes.values()) {
    const { join } = nodeKinds.get(kind)?.traits ?? {};
    const quorum = join && config[join.quorum];
    const edges = incoming.get(id)?.length ?? 0;
    if (typeof quorum === 'number' && quorum > edges)
      problems.add(
        'quorum_too_large',
        `${edges} edges lead to the node, so ${quorum} can never fire. Lower the quorum, or connect more.`,
        { node: id, field: `config.${join?.quorum}` },
      );
  }
}

function portsOf(node: FlowNode, kind: NodeKind): string[] {
  return [...ownPorts(kind), ...casePorts(node, kind)];
}

function ownPorts({ ports }: NodeKind): string[] {
  return ['success', 'error', ...ports];
}

function casePorts({ config = {} }: FlowNode, { traits }: NodeKind): string[] {
  return traits.cases === undefined ? [] : casesIn(config[traits.cases]).map(({ port }) => port);
}
