/**
 * Temporal activities: thin. Each checks its input, calls one service and maps what went wrong to a failure type of
 * contracts. `nodes/` holds one per node kind that touches the world.
 */
export { createAttachmentActivities } from './attachments.ts';
export { type ConversationDependencies, createConversationActivities } from './conversation.ts';
export { createDeliveryActivities, type DeliveryDependencies } from './delivery.ts';
export { createHousekeepingActivities, type HousekeepingDependencies } from './housekeeping.ts';
export { createRunActivities } from './runs.ts';
export { createStoreActivities, type StoreDependencies } from './store.ts';
