import type { FlowState, NodeState } from '../contracts/flow-state.ts';
import type { Json } from '../contracts/json.ts';
import { Timestamp, type Value, type ValueMap } from './cel/values.ts';
import { ExpressionFailure, type Scope } from './expression.ts';

/**
 * What expressions of a flow see where it stands; those of a node (`reader`) see nothing that ended after it began.
 * `item` and `index` are there for one item of a fan-out.
 */
export function scopeOf(state: FlowState, reader?: string, item?: { item: Json; index: number }): Scope {
  const unseen = reader === undefined ? [] : (state.nodes[reader]?.unseen ?? []);
  return {
    variables: {
      trigger: triggerValue(state),
      now: new Timestamp(state.startedAt),
      memory: null,
      ...item,
    },
    node(id) {
      const node = Object.hasOwn(state.nodes, id) ? state.nodes[id] : undefined;
      if (!node) throw new ExpressionFailure(`the flow has no node ${id}`);
      if (unseen.includes(id)) return { output: null, error: null };
      return { output: outputOf(node), error: node.status === 'failed' ? errorValue(node) : null };
    },
  };
}

/** A node's output as other nodes see it: null unless it succeeded. */
export function outputOf(node: NodeState): Json {
  return node.status === 'succeeded' ? (node.output ?? null) : null;
}

/** Every field is there, so that a flow started by another way does not fail for a field it only mentions. */
function triggerValue({ input }: FlowState): ValueMap {
  return {
    text: input.text ?? null,
    sender: input.sender ? { id: input.sender.id, name: input.sender.name ?? null } : null,
    conversation: input.conversation ?? null,
    attachments: input.attachments ?? [],
    input: input.input ?? null,
  };
}

function errorValue({ error }: NodeState): Value {
  return error ? { type: error.type, message: error.message, userMessage: error.userMessage } : null;
}
