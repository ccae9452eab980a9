/**
 * Dead letters: what could not be said to people, kept until somebody sends it again, drops it, or it is too old.
 */
export { createDeadLetterStore, type DeadLetterStore } from './dead-letter-store.ts';
