import type { Usage } from '../contracts/usage.ts';

/** What was used altogether. */
export function addUsage(before: Usage | undefined, more: Usage): Usage {
  return {
    calls: (before?.calls ?? 0) + more.calls,
    promptTokens: (before?.promptTokens ?? 0) + more.promptTokens,
    completionTokens: (before?.completionTokens ?? 0) + more.completionTokens,
  };
}
