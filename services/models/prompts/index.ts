/**
 * What Errand says to models, in the person's language. Instructions are in the system message alone; what people,
 * documents and other models said is data, fenced by tags where it is not a chat message of its own.
 */
export { type AggregatePrompt, aggregateMessages } from './aggregate.ts';
export { clip, clippedJson } from './data.ts';
export { type DecomposePrompt, decomposeMessages } from './decompose.ts';
export { type IntentChoice, type IntentPrompt, intentMessages } from './intent.ts';
export { type ModelPrompt, modelMessages } from './model.ts';
