import { z } from 'zod';

/** The types of a business failure: `ApplicationFailure.type` and `NodeError.type`. */
export const errorTypes = [
  'BudgetExceeded',
  'Cancelled',
  'DeliveryFailed',
  'DependencyFailed',
  'EgressRefused',
  'ExpressionError',
  'FlowInvalid',
  'FlowNotFound',
  'HttpStatus',
  'Internal',
  'InvalidInput',
  'MemoryDamaged',
  'ModelOutputInvalid',
  'ModelRejected',
  'ModelUnavailable',
  'NoReply',
  'QuorumNotReached',
  'RunLimit',
  'StoreUnavailable',
  'SubflowFailed',
  'Terminated',
  'Timeout',
] as const;
export type ErrorType = (typeof errorTypes)[number];

/** What never gets better by trying again; Temporal is told not to. */
export const nonRetryableErrorTypes: readonly ErrorType[] = [
  'BudgetExceeded',
  'Cancelled',
  'EgressRefused',
  'ExpressionError',
  'FlowInvalid',
  'FlowNotFound',
  'InvalidInput',
  'MemoryDamaged',
  'ModelOutputInvalid',
  'ModelRejected',
  'NoReply',
  'QuorumNotReached',
  'RunLimit',
  'SubflowFailed',
  'Terminated',
];

/** Why a node failed: `message` for operators, `userMessage` for the person, in the person's language. */
export const nodeError = z.object({
  type: z.string().max(80),
  message: z.string().max(2_000),
  userMessage: z.string().max(1_000),
});
export type NodeError = z.infer<typeof nodeError>;

/** The languages Errand speaks. */
export const language = z.enum(['en', 'zh']);
export type Language = z.infer<typeof language>;
export type Texts = Record<Language, string>;
