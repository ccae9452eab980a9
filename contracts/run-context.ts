import type { Language } from './errors.ts';

/** Whose work an activity does: for logs, prompts and limits. */
export interface RunContext {
  runId: string;
  traceId: string;
  language: Language;
  flow: string;
  channel?: string;
  account?: string;
  conversation?: string;
  user?: string;
}
