import type { ErrorType, Language, NodeError } from '../contracts/errors.ts';
import { userMessageOf } from '../contracts/user-messages.ts';
import { ExpressionFailure } from './expression.ts';

/** Thrown inside a step when a node or an item cannot go on; becomes its error, never leaves the engine. */
export class NodeFailure extends Error {
  override name = 'NodeFailure';
  readonly type: ErrorType;

  constructor(type: ErrorType, message: string) {
    super(message);
    this.type = type;
  }
}

/** The error of a node for what was thrown while it was prepared. Rethrows what is no business failure. */
export function nodeErrorOf(thrown: unknown, language: Language): NodeError {
  if (thrown instanceof ExpressionFailure) return nodeError('ExpressionError', thrown.message, language);
  if (thrown instanceof NodeFailure) return nodeError(thrown.type, thrown.message, language);
  throw thrown;
}

/** A node error that the engine itself finds, with the text for the person in their language. */
export function nodeError(type: ErrorType, message: string, language: Language): NodeError {
  return { type, message: message.slice(0, 2_000), userMessage: userMessageOf(type, language) };
}
