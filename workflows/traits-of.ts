import type { FlowPlan, NodeTraits } from '../contracts/flow-plan.ts';
import type { ExecuteCommand } from '../contracts/flow-state.ts';
import type { Json } from '../contracts/json.ts';

/** What matters here of the kind that a command is of: of an item that of what is done with it, which lies in the fan-out's config. */
export function traitsOf(
  plan: FlowPlan,
  command: ExecuteCommand,
): Pick<NodeTraits, 'effect' | 'ownRun' | 'waits'> {
  const node = plan.nodes.find(({ id }) => id === command.node);
  if (!node?.traits.fanOut) return node?.traits ?? {};
  const { effect, ownRun } = fieldsOf(fieldsOf(node.config[node.traits.fanOut.do]).traits);
  return { ...effectIn(effect), ...(ownRun === true ? { ownRun } : {}) };
}

/** Whether carrying a command out would change something outside. */
export function hasEffect(plan: FlowPlan, command: ExecuteCommand): boolean {
  const { effect } = traitsOf(plan, command);
  if (effect === undefined || effect === true) return effect === true;
  return !effect.harmless.includes(String(command.config[effect.field]));
}

function effectIn(effect: Json | undefined): Pick<NodeTraits, 'effect'> {
  if (effect === true) return { effect };
  const { field, harmless } = fieldsOf(effect);
  if (typeof field !== 'string' || !Array.isArray(harmless)) return {};
  return { effect: { field, harmless: harmless.map(String) } };
}

function fieldsOf(value: Json | undefined): { [field: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
}
