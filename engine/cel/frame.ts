import type { Meter } from './meter.ts';
import type { Pattern } from './pattern.ts';
import type { Value } from './values.ts';

/** What expressions see: variables by name, and the flow's nodes. */
export interface Scope {
  variables: Readonly<Record<string, Value>>;
  /** `{output, error}` of a node. Throws `ExpressionFailure` for a node that the flow does not have. */
  node(id: string): { output: Value; error: Value };
}

/** One evaluation under way: its scope, what macros have bound so far, and the work it has left. */
export interface Frame {
  scope: Scope;
  locals: Value[];
  /** Regular expressions that were built on the way, by source. */
  patterns: Map<string, Pattern>;
  meter: Meter;
}

/** A compiled part of an expression. */
export type Evaluate = (frame: Frame) => Value;
