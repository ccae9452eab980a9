import { z } from 'zod';
import { language } from './errors.ts';

/** Whose work an activity does: for logs, prompts and limits. */
export const runContext = z.object({
  runId: z.string(),
  traceId: z.string(),
  language,
  flow: z.string(),
  channel: z.string().optional(),
  account: z.string().optional(),
  conversation: z.string().optional(),
  user: z.string().optional(),
  /** Id of the model that is asked first, where a node names none: the conversation's choice, or the flow's. */
  model: z.string().optional(),
});
export type RunContext = z.infer<typeof runContext>;
