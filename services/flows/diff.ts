import type {
  FieldChange,
  FlowDiff,
  FlowDocument,
  FlowEdge,
  FlowNode,
  Json,
  JsonObject,
} from '../../contracts/index.ts';
import { canonicalJson } from './canonical.ts';

/** What makes `to` of `from`. The order of nodes and edges makes no difference. */
export function diffFlows(from: FlowDocument, to: FlowDocument): FlowDiff {
  const { nodes: fromNodes, edges: fromEdges, ...fromRest } = from;
  const { nodes: toNodes, edges: toEdges, ...toRest } = to;
  const before = byOccurrence(fromNodes);
  const after = byOccurrence(toNodes);
  const changed: FlowDiff['nodes']['changed'] = [];
  for (const [key, node] of after) {
    const old = before.get(key);
    const fields = old ? diffFields(plain(old), plain(node)) : [];
    if (fields.length > 0) changed.push({ id: node.id, fields });
  }
  return {
    nodes: { added: without(after, before), removed: without(before, after), changed },
    edges: { added: missing(toEdges, fromEdges), removed: missing(fromEdges, toEdges) },
    fields: diffFields(plain(fromRest), plain(toRest)),
  };
}

/** Objects are gone into, lists are compared whole: what moved in a list has no name to be told by. */
function diffFields(before: JsonObject, after: JsonObject, path: string[] = []): FieldChange[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return names.flatMap((name) => {
    const here = [...path, name];
    const [old, now] = [own(before, name), own(after, name)];
    if (isObject(old) && isObject(now)) return diffFields(old, now, here);
    if (old !== undefined && now !== undefined && canonicalJson(old) === canonicalJson(now)) return [];
    return [
      {
        path: here,
        ...(old === undefined ? {} : { before: old }),
        ...(now === undefined ? {} : { after: now }),
      },
    ];
  });
}

/** Nodes by id; in an unfinished draft two may share one, which are told apart by which comes first. */
function byOccurrence(nodes: readonly FlowNode[]): Map<string, FlowNode> {
  const found = new Map<string, FlowNode>();
  for (const node of nodes) {
    let key = node.id;
    for (let nth = 1; found.has(key); nth += 1) key = `${node.id} ${nth}`;
    found.set(key, node);
  }
  return found;
}

function without(nodes: Map<string, FlowNode>, others: Map<string, FlowNode>): FlowNode[] {
  return [...nodes].filter(([key]) => !others.has(key)).map(([, node]) => node);
}

/** The edges that are not among the others; as many of the same as there are more of them. */
function missing(edges: readonly FlowEdge[], others: readonly FlowEdge[]): FlowEdge[] {
  const left = new Map<string, number>();
  for (const edge of others) {
    const key = canonicalJson(plain(edge));
    left.set(key, (left.get(key) ?? 0) + 1);
  }
  return edges.filter((edge) => {
    const key = canonicalJson(plain(edge));
    const count = left.get(key) ?? 0;
    left.set(key, count - 1);
    return count <= 0;
  });
}

/** Without fields that are undefined. */
function plain(value: object): JsonObject {
  return Object.fromEntries(Object.entries(value).filter(([, entry]) => entry !== undefined));
}

function own(value: JsonObject, name: string): Json | undefined {
  return Object.hasOwn(value, name) ? value[name] : undefined;
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
