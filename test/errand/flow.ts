import type { FlowDocument, FlowNode } from '../../contracts/flow.ts';

/** A flow in few words: edges as `from>to` or `from:port>to`. */
export function flow(
  id: string,
  nodes: FlowNode[],
  edges: string[],
  rest: Pick<FlowDocument, 'onFailure'> = {},
): FlowDocument {
  return {
    schemaVersion: 1,
    id,
    name: { en: id, zh: id },
    nodes,
    edges: edges.map((edge) => {
      const [, from = '', on, to = ''] = /^(\w+)(?::(\w+))?>(\w+)$/.exec(edge) ?? [];
      return { from, to, ...(on ? { on } : {}) };
    }),
    ...rest,
  };
}

export const start: FlowNode = { id: 'start', kind: 'trigger.webhook' };
export const message: FlowNode = { id: 'message', kind: 'trigger.message' };

export function node(
  id: string,
  kind: string,
  config: FlowNode['config'] = {},
  rest: Partial<FlowNode> = {},
): FlowNode {
  return { id, kind, config, ...rest };
}
