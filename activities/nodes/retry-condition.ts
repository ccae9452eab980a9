import type { ErrorType, NodeError } from '../../contracts/errors.ts';
import {
  type Expression,
  ExpressionFailure,
  ExpressionParser,
  ExpressionSyntaxError,
  evaluationMeter,
} from '../../engine/expression.ts';

const parser = new ExpressionParser(['error']);
const parsed = new Map<string, Expression>();
const mostParsed = 500;

/**
 * Whether a node's `retry.when` allows another attempt after this error. Asked here, so that a refused retry costs no
 * history. Throws `ExpressionError` when the condition cannot be read or is neither true nor false.
 */
export function mayRetry(when: string, error: NodeError): boolean {
  try {
    const scope = {
      variables: { error: { ...error } },
      node: (id: string): never => {
        throw new ExpressionFailure(`a retry condition cannot refer to the node ${id}`);
      },
    };
    return expressionOf(when).test(scope, evaluationMeter());
  } catch (thrown) {
    if (thrown instanceof ExpressionFailure || thrown instanceof ExpressionSyntaxError) {
      throw new ExpressionError(`retry.when: ${thrown.message}`);
    }
    throw thrown;
  }
}

/** A retry condition is wrong. */
class ExpressionError extends Error {
  readonly type: ErrorType = 'ExpressionError';
}

function expressionOf(source: string): Expression {
  const known = parsed.get(source);
  if (known) return known;
  const expression = parser.parse(source);
  if (parsed.size >= mostParsed) parsed.clear();
  parsed.set(source, expression);
  return expression;
}
