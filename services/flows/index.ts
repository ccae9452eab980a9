/**
 * Flows as they are kept: a draft that is edited under its etag, and numbered versions that never change. The built-in
 * `assistant` is version 0 of itself until somebody publishes another. Beside that: what differs between two documents,
 * and a flow as one text file.
 */
export { type Bindings, type BoundIntents, createBindings } from './bindings.ts';
export { withBoundIntents } from './bound-intents.ts';
export { diffFlows } from './diff.ts';
export {
  BindingsConflict,
  BindingsInvalid,
  FlowConflict,
  FlowExists,
  FlowInvalid,
  FlowNotFound,
} from './errors.ts';
export type { PublishedFlow } from './flow-files.ts';
export { createFlowStore, type FlowEngine, type FlowStore, type FlowSummary } from './flow-store.ts';
export { readFlowText, writeFlowText } from './flow-text.ts';
export { createHookSecrets, type HookSecrets } from './hook-secrets.ts';
