/**
 * Preloaded before any workflow. Temporal's worker notes a stack for every promise that a workflow makes; formatting
 * them was a quarter of the workflow thread's time. Failures carry types and messages; a few frames are enough.
 */
Error.stackTraceLimit = 0;

export {};
