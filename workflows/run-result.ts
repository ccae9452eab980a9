import type { FlowPlan } from '../contracts/flow-plan.ts';
import type { FlowState } from '../contracts/flow-state.ts';
import type { Json } from '../contracts/json.ts';
import type { RunResult } from '../contracts/workflows.ts';
import type { Ending } from './ending.ts';
import type { RunFacts } from './run-view.ts';

/** What a run gives to the run that it is part of. */
export function resultOf({ plan, state }: RunFacts, { error, outcome }: Ending): RunResult {
  const why = error && { type: error.type, message: error.message, userMessage: error.userMessage };
  return { outcome, output: plan && state ? outputOf(plan, state) : null, error: why };
}

/** Of the nodes where the flow ended: the one output, or several by node id. */
function outputOf(plan: FlowPlan, state: FlowState): Json {
  const left = new Set(
    plan.edges.flatMap(({ from }, index) => (state.edges[index] === 'fired' ? [from] : [])),
  );
  const ends = plan.nodes.filter(({ id }) => state.nodes[id]?.status === 'succeeded' && !left.has(id));
  const outputs = ends.map(({ id }): [string, Json] => [id, state.nodes[id]?.output ?? null]);
  return outputs.length === 1 ? (outputs[0]?.[1] ?? null) : Object.fromEntries(outputs);
}
