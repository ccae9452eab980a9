import { type FanOutResult, measureFanOut } from './fan-out.ts';
import { measureSteps } from './steps.ts';

const sizes = [20, 200, 500];

/** What flows cost: the engine by itself, and a fan-out beside one that is written by hand. */
export interface FlowsResult {
  steps: { nodes: number; stepsPerSecond: number }[];
  fanOut: FanOutResult[];
}

export async function measureFlows(say: (text: string) => void): Promise<FlowsResult> {
  const steps = sizes.map((nodes) => ({ nodes, ...measureSteps(nodes) }));
  const fanOut: FanOutResult[] = [];
  for (const target of ['floor', 'errand'] as const) fanOut.push(await measureFanOut(target, say));
  return { steps, fanOut };
}

export function flowsReport({ steps, fanOut }: FlowsResult): string {
  return [
    ...steps.map(
      ({ nodes, stepsPerSecond }) => `engine: ${stepsPerSecond} steps/s in a flow of ${nodes} nodes`,
    ),
    ...fanOut.map(
      ({ target, itemsPerSecond, historyPerItem: { events, bytes } }) =>
        `fan-out of 200 on ${target}: ${itemsPerSecond} items/s, ${events} events and ${bytes} bytes of history per item`,
    ),
  ].join('\n');
}
