/**
 * The vocabulary: what crosses a border between rooms, as zod schemas with their types.
 * No behaviour, no I/O. Schemas are the one source for validation, OpenAPI, forms and types.
 */
export * from './accounts.ts';
export * from './activities.ts';
export * from './api.ts';
export * from './approval.ts';
export * from './binding.ts';
export * from './channel-event.ts';
export * from './channel-status.ts';
export * from './chat.ts';
export * from './config.ts';
export * from './connection.ts';
export * from './conversation.ts';
export * from './dead-letter.ts';
export * from './delivery.ts';
export * from './duration.ts';
export * from './duration-text.ts';
export * from './errors.ts';
export * from './flow.ts';
export * from './flow-diff.ts';
export * from './flow-limits.ts';
export * from './flow-plan.ts';
export * from './flow-state.ts';
export * from './ids.ts';
export * from './json.ts';
export * from './kept-run.ts';
export * from './ledger.ts';
export * from './memory.ts';
export * from './message.ts';
export * from './model-preset.ts';
export * from './model-quirk.ts';
export * from './model-status.ts';
export * from './node-kinds/index.ts';
export * from './pairing.ts';
export * from './recovery.ts';
export * from './run.ts';
export * from './run-context.ts';
export * from './search-attributes.ts';
export * from './secret-source.ts';
export * from './sender.ts';
export * from './thread.ts';
export * from './usage.ts';
export * from './user-messages.ts';
export * from './web-chat.ts';
export * from './workflows.ts';
