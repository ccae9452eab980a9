/**
 * What all channels share between a verified message and its conversation: whether it is taken, where it belongs, and
 * that it is durable before its platform hears so. Callbacks and long connections both come through here.
 */
export { createIntake, type Intake, type IntakeDependencies, type Taking } from './intake.ts';
export { createLastEvents, type LastEvents } from './last-events.ts';
export { NotDurable } from './not-durable.ts';
export { createPairings, type Pairings } from './pairings.ts';
