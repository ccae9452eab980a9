import type { NodeState } from '../contracts/flow-state.ts';
import type { Json } from '../contracts/json.ts';
import { Timestamp, type Value, type ValueMap } from './cel/values.ts';
import { ExpressionFailure, type Scope } from './expression.ts';
import type { BareState, Standing } from './standing.ts';

/**
 * What expressions of a flow see where it stands; those of a node (`reader`) see nothing that ended after it began.
 * `item` and `index` are there for one item of a fan-out.
 */
export function scopeOf(standing: Standing, reader?: string, item?: { item: Json; index: number }): Scope {
  const { state } = standing;
  const unseen = reader === undefined ? [] : (standing.find(reader)?.unseen ?? []);
  return {
    variables: {
      trigger: triggerValue(state),
      now: new Timestamp(state.startedAt),
      memory: null,
      ...item,
    },
    node(id) {
      const node = standing.find(id);
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
function triggerValue({ input }: BareState): ValueMap {
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
