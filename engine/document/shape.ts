import { z } from 'zod';
import {
  type FlowDocument,
  type FlowEdge,
  type FlowNode,
  flowDocument,
  flowEdge,
  flowLimits,
  flowNode,
} from '../../contracts/flow.ts';
import { fieldPath, type Problems, sentence } from './problems.ts';

/** What of a document can be understood. */
export interface ReadDocument {
  /** When all of it has the right shape. */
  document?: FlowDocument;
  /** Of one whose shape is wrong in places, what is right; the kind is empty when there is none. */
  nodes: FlowNode[];
  edges: FlowEdge[];
}

const outline = z.looseObject({
  schemaVersion: z.unknown(),
  nodes: z.array(z.unknown()).catch([]),
  edges: z.array(z.unknown()).catch([]),
});
/** A node with what is wrong left out, so that the rest of the flow can be checked around it. */
const salvagedNode = z.object({
  id: z.string(),
  kind: flowNode.shape.kind.catch(''),
  config: flowNode.shape.config.catch(undefined),
  retry: flowNode.shape.retry.catch(undefined),
  onError: flowNode.shape.onError.catch(undefined),
});
const withId = z.looseObject({ id: z.string() });

/** Reads the shape and adds what is wrong with it. Undefined when going on would tell nothing more. */
export function readShape(input: unknown, problems: Problems): ReadDocument | undefined {
  const seen = outline.safeParse(input);
  if (!seen.success) {
    problems.add(
      'invalid_document',
      'A flow is a JSON object with schemaVersion, id, name, nodes and edges.',
    );
    return undefined;
  }
  const { schemaVersion, nodes, edges } = seen.data;
  if (typeof schemaVersion === 'number' && schemaVersion > 1) {
    problems.add(
      'newer_schema_version',
      `The document has schemaVersion ${schemaVersion}; this version of Errand reads 1. Upgrade Errand to use it.`,
      { field: 'schemaVersion' },
    );
    return undefined;
  }
  if (isCountOver('nodes', nodes, problems) || isCountOver('edges', edges, problems)) return undefined;
  const parsed = flowDocument.safeParse(input);
  if (!parsed.success) addIssues(parsed.error.issues, nodes, problems);
  return {
    ...(parsed.success && { document: parsed.data }),
    nodes: nodes.flatMap((node) => flowNode.safeParse(node).data ?? salvagedNode.safeParse(node).data ?? []),
    edges: edges.flatMap((edge) => flowEdge.safeParse(edge).data ?? []),
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

function addIssues(issues: readonly z.core.$ZodIssue[], nodes: unknown[], problems: Problems): void {
  for (const issue of issues) {
    const [first, index, ...rest] = issue.path;
    if (first === 'nodes' && typeof index === 'number') {
      const id = withId.safeParse(nodes[index]).data?.id;
      const place = { node: id ?? `nodes[${index}]`, ...(rest.length > 0 && { field: fieldPath(rest) }) };
      problems.add('invalid_shape', sentence(issue.message), place);
    } else problems.add('invalid_shape', sentence(issue.message), { field: fieldPath(issue.path) });
  }
}
