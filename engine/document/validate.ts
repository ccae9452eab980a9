import type { FlowDocument, FlowNode, FlowProblem } from '../../contracts/flow.ts';
import { type Expression, ExpressionParser } from '../expression.ts';
import { flowVariables, retryVariables } from '../program.ts';
import { ConfigCheck } from './check-config.ts';
import { checkEnds, checkFlow, checkIds } from './check-graph.ts';
import { checkCases, checkPorts, checkQuorums } from './check-ports.ts';
import { Ancestry, type Graph, graphOf, topologicalOrder } from './graph.ts';
import { type Place, Problems, reportSyntax } from './problems.ts';
import { type IndexedEdge, readShape } from './shape.ts';
import { checkSize } from './size.ts';

export type Validation = { valid: true; document: FlowDocument } | { valid: false; errors: FlowProblem[] };

/** An expression, where it is, and the node whose output it may see as well (an edge's source). */
interface Use extends Place {
  expression: Expression;
  node: string;
  seesItself: boolean;
}

/**
 * Checks a document from anywhere: its size, its shape, its graph, its kinds' configs and its expressions. All that
 * is wrong is told at once; where the shape is wrong in places, the rest is checked all the same.
 */
export function validate(input: unknown): Validation {
  const problems = new Problems();
  const read = checkSize(input, problems) ? readShape(input, problems) : undefined;
  if (!read) return { valid: false, errors: problems.list };
  const graph = graphOf(read.nodes, read.edges);
  const order = topologicalOrder(graph);
  checkIds(read.nodes, problems);
  checkEnds(graph, read.edges, problems);
  checkPorts(graph, read.edges, problems);
  checkCases(graph, problems);
  checkQuorums(graph, problems);
  checkFlow(graph, order, problems);
  const uses = [...nodeUses(read.nodes, problems), ...edgeUses(read.edges, problems)];
  const ancestry = order.length === graph.nodes.size ? new Ancestry(graph, order) : undefined;
  for (const use of uses) checkReferences(use, graph, ancestry, problems);
  return read.document && problems.list.length === 0
    ? { valid: true, document: read.document }
    : { valid: false, errors: problems.list };
}

function nodeUses(nodes: readonly FlowNode[], problems: Problems): Use[] {
  const check = new ConfigCheck(problems);
  const retryParser = new ExpressionParser(retryVariables);
  return nodes.flatMap((node) => {
    const uses: Use[] = [];
    check.check(node, (expression, field) =>
      uses.push({ expression, node: node.id, field, seesItself: false }),
    );
    const { when } = node.retry ?? {};
    if (when !== undefined)
      reportSyntax(problems, { node: node.id, field: 'retry.when' }, () => retryParser.parse(when));
    return uses;
  });
}

function edgeUses(edges: readonly IndexedEdge[], problems: Problems): Use[] {
  const parser = new ExpressionParser(flowVariables);
  return edges.flatMap(({ from, when, index }) => {
    const uses: Use[] = [];
    const place = { node: from, field: `edges[${index}].when` };
    if (when !== undefined)
      reportSyntax(problems, place, () =>
        uses.push({ ...place, expression: parser.parse(when), seesItself: true }),
      );
    return uses;
  });
}

function checkReferences(
  { expression, node, field, seesItself }: Use,
  graph: Graph,
  ancestry: Ancestry | undefined,
  problems: Problems,
): void {
  for (const id of expression.references) {
    if (!graph.nodes.has(id))
      problems.add('unknown_node', `There is no node \`${id}\`. Name one of the flow.`, { node, field });
    else if (id === node && !seesItself)
      problems.add('refers_to_itself', 'A node has no output before it has run. Name one upstream.', {
        node,
        field,
      });
    else if (id !== node && ancestry && !ancestry.isUpstream(id, node))
      problems.add(
        'not_upstream',
        `\`${id}\` does not always end before \`${node}\` begins. Name a node upstream, or connect them.`,
        { node, field },
      );
  }
}
