import type { FlowDocument } from '../contracts/flow.ts';
import type { FlowPlan, PlanNode } from '../contracts/flow-plan.ts';
import type { Preset } from '../contracts/flow-state.ts';
import type { Json } from '../contracts/json.ts';
import { isJsonObject } from './json-object.ts';

/** Outputs given by hand, by node id, as results that are taken instead of doing the nodes. */
export function givenPresets(
  plan: FlowPlan,
  outputs: Readonly<Record<string, Json>>,
): Record<string, Preset> {
  const presets: Record<string, Preset> = {};
  for (const node of plan.nodes) {
    const output = Object.hasOwn(outputs, node.id) ? outputs[node.id] : undefined;
    if (output === undefined) continue;
    const port = portOf(plan, node, output);
    presets[node.id] = { status: 'succeeded', output, attempts: 0, ...(port !== undefined && { port }) };
  }
  return presets;
}

/** The outputs that a draft has pinned, by node id. */
export function pinnedOf(document: Pick<FlowDocument, 'nodes'>): Record<string, Json> {
  return Object.fromEntries(
    document.nodes.flatMap(({ id, pinned }) => (pinned === undefined ? [] : [[id, pinned]])),
  );
}

/** The port of its kind that a node with this output leaves by, where edges leave by it. */
function portOf(plan: FlowPlan, { id, traits }: PlanNode, output: Json): string | undefined {
  const { outputPort } = traits;
  const said = outputPort && isJsonObject(output) ? output[outputPort.field] : output;
  if (said === undefined || typeof said === 'object') return undefined;
  const port = outputPort ? outputPort.ports[String(said)] : String(said);
  return plan.edges.some(({ from, on }) => from === id && on === port) ? port : undefined;
}
