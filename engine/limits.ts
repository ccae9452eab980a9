import { flowLimits } from '../contracts/flow-limits.ts';

/** Bounds of what runs, in the units named. */
export const runLimits = {
  ...flowLimits,
  /** JSON length of what one task is given: its bound config and its inputs. */
  taskInputBytes: 6_000_000,
  /** Levels of nested arrays and objects in any value. */
  valueDepth: 100,
  /** Items of a fan-out under way at once. */
  concurrency: 100,
  /** More items than this go in batches, where none waits for another. */
  unbatched: 100,
  /** JSON length of all outputs of a flow together. */
  outputBytes: 50_000_000,
} as const;

/** Bounds of expressions. A unit of work is about 50 to 100 ns. */
export const expressionLimits = {
  /** UTF-16 units of the source. */
  length: 4_000,
  /** Levels of the syntax tree. */
  depth: 500,
  /** Units of work of one evaluation, some 20 ms. */
  work: 200_000,
  /** Units of work of all evaluations in one step, so that a workflow task stays short. */
  stepWork: 1_000_000,
  /** UTF-16 units of a regular expression. */
  patternLength: 256,
  /** Instructions of a regular expression, its counted repetitions written out. */
  patternSize: 1_000,
} as const;
