import type { NodeError } from '../contracts/errors.ts';
import type { FlowEvent, NodeState } from '../contracts/flow-state.ts';
import type { Json, JsonObject } from '../contracts/json.ts';
import type { Usage } from '../contracts/usage.ts';
import { isJsonObject } from './json-object.ts';
import type { TaskParts } from './task.ts';
import { itemsUnderWay } from './transition.ts';

/** How one item of a fan-out ended. `absent`: its batch ended and says nothing of it. */
export interface ItemEnd {
  index: number;
  attempts: number;
  usage?: Usage;
  outcome: { type: 'succeeded'; output: Json } | { type: 'failed'; error: NodeError } | { type: 'absent' };
}

type EndEvent = Extract<FlowEvent, { type: 'succeeded' | 'failed' }>;

/** The ends of items that the end of their own task, or of their batch's, says. */
export function itemEndsOf({ item }: TaskParts, event: EndEvent, state: NodeState): ItemEnd[] {
  const { attempts } = event;
  const outcome =
    event.type === 'failed'
      ? { type: 'failed' as const, error: event.error }
      : { type: 'succeeded' as const, output: event.output ?? null };
  if (item !== undefined) return [{ index: item, attempts, outcome }];
  if (outcome.type === 'failed') return itemsUnderWay(state).map((index) => ({ index, attempts, outcome }));
  const ends = new Map(readBatchOutput(outcome.output).map((end) => [end.index, end]));
  return itemsUnderWay(state).map(
    (index): ItemEnd => ends.get(index) ?? { index, attempts: 0, outcome: { type: 'absent' } },
  );
}

/** What of a `BatchOutput` can be read. */
export function readBatchOutput(output: Json): ItemEnd[] {
  const items = isJsonObject(output) && Array.isArray(output.items) ? output.items : [];
  return items.flatMap((item): ItemEnd[] => {
    if (!isJsonObject(item) || typeof item.index !== 'number' || typeof item.attempts !== 'number') return [];
    const error = readError(item.error);
    const usage = readUsage(item.usage);
    return [
      {
        index: item.index,
        attempts: item.attempts,
        ...(usage && { usage }),
        outcome: error ? { type: 'failed', error } : { type: 'succeeded', output: item.output ?? null },
      },
    ];
  });
}

function readError(value: Json | undefined): NodeError | undefined {
  if (!isJsonObject(value)) return undefined;
  const { type, message, userMessage } = value;
  return { type: String(type), message: String(message), userMessage: String(userMessage) };
}

function readUsage(value: Json | undefined): Usage | undefined {
  if (!isJsonObject(value)) return undefined;
  const { calls, promptTokens, completionTokens, ms, cost } = value;
  return {
    calls: Number(calls) || 0,
    promptTokens: Number(promptTokens) || 0,
    completionTokens: Number(completionTokens) || 0,
    ...(typeof ms === 'number' && { ms }),
    ...(isJsonObject(cost) && { cost: readCost(cost) }),
  };
}

function readCost(cost: JsonObject): Record<string, number> {
  return Object.fromEntries(
    Object.entries(cost).map(([currency, amount]) => [currency, Number(amount) || 0]),
  );
}
