import type { ModelPrice } from '../../contracts/config.ts';
import type { Usage } from '../../contracts/usage.ts';

/** Tokens as an endpoint counted them, or as they were estimated. */
export interface Tokens {
  prompt: number;
  completion: number;
}

/** What tokens cost, by currency; undefined where there is no price. */
export function costOf({ prompt, completion }: Tokens, price: ModelPrice | undefined): Usage['cost'] {
  if (!price) return undefined;
  const amount = (prompt * price.inputPerMillion + completion * price.outputPerMillion) / 1_000_000;
  return { [price.currency]: amount };
}

/** Adds to `usage` what an answer took; attempts are counted apart. */
export function addTokens(usage: Usage, tokens: Tokens, ms: number, price: ModelPrice | undefined): void {
  usage.promptTokens += tokens.prompt;
  usage.completionTokens += tokens.completion;
  usage.ms = (usage.ms ?? 0) + Math.round(ms);
  for (const [currency, amount] of Object.entries(costOf(tokens, price) ?? {})) {
    usage.cost = { ...usage.cost, [currency]: (usage.cost?.[currency] ?? 0) + amount };
  }
}
