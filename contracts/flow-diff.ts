import { z } from 'zod';
import { flowEdge, flowNode } from './flow.ts';
import { json } from './json.ts';

/** A field that differs. `path`: from the document or the node down. No `before`: it is new; no `after`: it is gone. */
export const fieldChange = z.object({
  path: z.array(z.string()).min(1),
  before: json.optional(),
  after: json.optional(),
});
export type FieldChange = z.infer<typeof fieldChange>;

/** What is different between two documents, whatever the order of their nodes and edges. Empty lists: nothing. */
export const flowDiff = z.object({
  nodes: z.object({
    added: z.array(flowNode),
    removed: z.array(flowNode),
    changed: z.array(z.object({ id: z.string(), fields: z.array(fieldChange) })),
  }),
  edges: z.object({ added: z.array(flowEdge), removed: z.array(flowEdge) }),
  /** Of the document beside its nodes and edges. */
  fields: z.array(fieldChange),
});
export type FlowDiff = z.infer<typeof flowDiff>;
