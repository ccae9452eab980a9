import type { ASTNode } from '@marcbachmann/cel-js';
import type { Evaluate } from './frame.ts';

/** What compiling one part of an expression needs of the whole. */
export interface Compiler {
  /** Throws `ExpressionSyntaxError` for what no evaluation could make sense of. */
  compile(ast: ASTNode): Evaluate;
  /** Compiles with one more local variable; `slot` is where its value is kept. */
  withLocal<T>(name: string, compile: (slot: number) => T): T;
  /** Whether a name stands for the flow's nodes, not for a macro's variable. */
  isNodes(name: string): boolean;
}
