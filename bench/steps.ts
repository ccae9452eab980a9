import type { FlowPlan, PlanEdge, PlanNode } from '../contracts/flow-plan.ts';
import type { ExecuteCommand, FlowState } from '../contracts/flow-state.ts';
import { compile, type Program, step } from '../engine/index.ts';

/** Steps that are measured, at least. */
const enough = 20_000;

/** How fast the engine alone steps through flows of so many nodes, half of whose edges have conditions. */
export function measureSteps(nodes: number): { stepsPerSecond: number } {
  const program = compile(ladder(nodes));
  for (let warm = 0; warm < enough; ) warm += runOnce(program);
  const startedAt = performance.now();
  let steps = 0;
  while (steps < enough) steps += runOnce(program);
  return { stepsPerSecond: Math.round((steps * 1_000) / (performance.now() - startedAt)) };
}

/** Takes a flow from its start to its end; gives the steps that it took. */
function runOnce(program: Program): number {
  let steps = 1;
  let { state, commands } = step(program, null, {
    type: 'started',
    trigger: 'n0',
    input: { text: 'go' },
    at: 0,
  });
  const open: ExecuteCommand[] = [];
  for (;;) {
    for (const command of commands) if (command.type === 'execute') open.push(command);
    const next = open.pop();
    if (!next) break;
    ({ state, commands } = step(program, state, {
      type: 'succeeded',
      task: next.task,
      output: { n: steps },
      attempts: 1,
      at: steps,
    }));
    steps++;
  }
  assertSucceeded(state);
  return steps;
}

function assertSucceeded({ status, error }: FlowState): void {
  if (status !== 'succeeded') throw new Error(`the measured flow ${status}: ${error?.message}`);
}

/** Each node needs the one before it, every other one that before it too; each reads an output and the trigger. */
function ladder(count: number): FlowPlan {
  const nodes = Array.from({ length: count }, (_, at) => nodeAt(at));
  const edges = nodes.slice(1).flatMap((_, at): PlanEdge[] => [
    {
      from: `n${at}`,
      to: `n${at + 1}`,
      on: 'success',
      ...(at % 2 > 0 && { when: `nodes.n${at}.output.n > 0` }),
    },
    ...(at % 2 > 0 ? [{ from: `n${at - 1}`, to: `n${at + 1}`, on: 'success' }] : []),
  ]);
  return { engineVersion: 1, flow: { id: 'ladder', version: 1 }, nodes, edges };
}

function nodeAt(at: number): PlanNode {
  return {
    id: `n${at}`,
    kind: 'work',
    title: `n${at}`,
    config: at === 0 ? {} : { before: `{{ nodes.n${at - 1}.output }}`, text: 'of {{ trigger.text }}' },
    timeoutMs: 10_000,
    retry: { maximumAttempts: 3, initialIntervalMs: 1_000, backoffCoefficient: 2, maximumIntervalMs: 10_000 },
    onError: { action: 'fail' },
    traits: at === 0 ? { trigger: true } : {},
  };
}
