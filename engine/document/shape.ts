import {
  type FlowDocument,
  type FlowEdge,
  type FlowNode,
  flowDocument,
  flowEdge,
  flowNode,
  retryPolicy,
} from '../../contracts/flow.ts';
import { flowLimits } from '../../contracts/flow-limits.ts';
import { fieldPath, type Problems, sentence } from './problems.ts';

/** What of a document can be understood. */
export interface ReadDocument {
  /** When all of it has the right shape. */
  document?: FlowDocument;
  /** Of one whose shape is wrong in places, what is right; the kind is empty when there is none. */
  nodes: FlowNode[];
  edges: IndexedEdge[];
}

/** An edge, and which of the document's it is. */
export type IndexedEdge = FlowEdge & { index: number };

type Fields = Readonly<Record<string, unknown>>;
type Issues = NonNullable<ReturnType<typeof flowDocument.safeParse>['error']>['issues'];

/** Reads the shape and adds what is wrong with it. Undefined when going on would tell nothing more. */
export function readShape(input: unknown, problems: Problems): ReadDocument | undefined {
  if (!isFields(input)) {
    problems.add(
      'invalid_document',
      'A flow is a JSON object with schemaVersion, id, name, nodes and edges.',
    );
    return undefined;
  }
  const { schemaVersion } = input;
  const nodes = listOf(input.nodes);
  const edges = listOf(input.edges);
  if (typeof schemaVersion === 'number' && schemaVersion > 1) {
    problems.add(
      'newer_schema',
      `The document has schemaVersion ${schemaVersion}; this version of Errand reads 1. Upgrade Errand to use it.`,
      { field: 'schemaVersion' },
    );
    return undefined;
  }
  if (isCountOver('nodes', nodes, problems) || isCountOver('edges', edges, problems)) return undefined;
  const parsed = flowDocument.safeParse(input);
  if (!parsed.success) addIssues(parsed.error.issues, nodes, problems);
  if (isFields(input.onFailure) && input.onFailure.flow === input.id)
    problems.add('own_failure_flow', 'A flow cannot be run on its own failure. Name another flow.', {
      field: 'onFailure.flow',
    });
  return {
    ...(parsed.success && { document: parsed.data }),
    nodes: nodes.flatMap((node) => flowNode.safeParse(node).data ?? salvage(node)),
    edges: edges.flatMap((edge, index) => {
      const { data } = flowEdge.safeParse(edge);
      return data ? [{ ...data, index }] : [];
    }),
  };
}

function isCountOver(name: 'nodes' | 'edges', list: unknown[], problems: Problems): boolean {
  if (list.length <= flowLimits[name]) return false;
  problems.add(
    `too_many_${name}`,
    `The flow has ${list.length} ${name}; at most ${flowLimits[name]} are allowed. Split it into several flows.`,
    { field: name },
  );
  return true;
}

function addIssues(issues: Issues, nodes: unknown[], problems: Problems): void {
  for (const issue of issues) {
    const [first, index, ...rest] = issue.path;
    if (first === 'nodes' && typeof index === 'number') {
      const id = idOf(nodes[index]);
      const place = { node: id ?? `nodes[${index}]`, ...(rest.length > 0 && { field: fieldPath(rest) }) };
      problems.add('invalid_shape', sentence(issue.message), place);
    } else problems.add('invalid_shape', sentence(issue.message), { field: fieldPath(issue.path) });
  }
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

function idOf(node: unknown): string | undefined {
  return isFields(node) && typeof node.id === 'string' ? node.id : undefined;
}

const retryCondition = retryPolicy.pick({ when: true }).strip();

/** A node with what is wrong left out, so that the rest of the flow can be checked around it. */
function salvage(node: unknown): FlowNode[] {
  const id = idOf(node);
  if (id === undefined || !isFields(node)) return [];
  const { kind, config, retry, onError } = flowNode.shape;
  return [
    {
      id,
      kind: kind.safeParse(node.kind).data ?? '',
      config: config.safeParse(node.config).data,
      retry: retry.safeParse(node.retry).data ?? retryCondition.safeParse(node.retry).data,
      onError: onError.safeParse(node.onError).data,
    },
  ];
}
