/**
 * Temporal workflows: the conversation (an entity), the run (a flow of its own), the batch (a part of
 * a large fan-out), the redelivery of a dead letter, the channel connection (of an account that holds one) and
 * housekeeping.
 * Deterministic and small: what to do next is decided by the engine, what touches the world is an activity.
 * Everything here is replayed, so a change must replay the histories in test/replay or be patched.
 */
export { batch } from './batch.ts';
export { channelConnection } from './channel-connection.ts';
export { conversation } from './conversation.ts';
export { housekeeping } from './housekeeping.ts';
export { redelivery } from './redelivery.ts';
export { run } from './run.ts';
