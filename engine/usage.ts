import type { Usage } from '../contracts/usage.ts';

/** What was used altogether. */
export function addUsage(before: Usage | undefined, more: Usage): Usage {
  const ms = sum(before?.ms, more.ms);
  const cost = addCost(before?.cost, more.cost);
  return {
    calls: (before?.calls ?? 0) + more.calls,
    promptTokens: (before?.promptTokens ?? 0) + more.promptTokens,
    completionTokens: (before?.completionTokens ?? 0) + more.completionTokens,
    ...(ms !== undefined && { ms }),
    ...(cost && { cost }),
  };
}

function sum(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined ? other : one + (other ?? 0);
}

function addCost(one: Usage['cost'], other: Usage['cost']): Usage['cost'] {
  if (!one || !other) return one ?? other;
  const total = { ...one };
  for (const [currency, amount] of Object.entries(other)) total[currency] = (total[currency] ?? 0) + amount;
  return total;
}
