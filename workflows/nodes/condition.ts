import { ApplicationFailure } from '@temporalio/workflow';
import type { NodeExecution } from './node.ts';

/** Leaves by the port named as its condition's value. */
export const condition: NodeExecution = async ({ config }) => {
  if (typeof config.if !== 'boolean') {
    throw ApplicationFailure.nonRetryable('`if` is not true or false', 'ExpressionError');
  }
  return { output: config.if, port: String(config.if), attempts: 1 };
};
