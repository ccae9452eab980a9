/**
 * The flow interpreter's pure core, as it runs inside workflows: a plan is compiled, then each event takes the state
 * one step further and says what is to be done. No Temporal, no I/O, no clock, no randomness; what is loaded from
 * here reaches neither zod nor the node catalogue. Checking documents and making plans of them is in `document.ts`.
 */
export { bind } from './bind.ts';
export { ExpressionFailure, ExpressionSyntaxError, type Scope } from './expression.ts';
export { NodeFailure } from './failures.ts';
export { givenPresets, pinnedOf } from './given.ts';
export { runLimits } from './limits.ts';
export { compile, type Program } from './program.ts';
export { reissue } from './reissue.ts';
export { partial, ResumeRefused, resultOf, resumption } from './resume.ts';
export { type Step, step } from './step.ts';
export { addUsage } from './usage.ts';
export { view } from './view.ts';
