import type { NodeError } from '../contracts/errors.ts';
import { ExpressionParser, evaluationMeter } from './expression.ts';

/** Names in scope in a retry's `when`. */
export const retryVariables = ['error'] as const;

/**
 * Asks a retry policy's `when` whether to try again after this error. Throws `ExpressionSyntaxError` or
 * `ExpressionFailure`.
 */
export function retries(when: string, error: NodeError): boolean {
  const scope = {
    variables: { error: { type: error.type, message: error.message, userMessage: error.userMessage } },
    node: () => ({ output: null, error: null }),
  };
  return new ExpressionParser(retryVariables).parse(when).test(scope, evaluationMeter());
}
