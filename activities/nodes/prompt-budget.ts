/** How a model's context is shared out; what is left over is for instructions and the answer. */
export interface PromptBudget {
  memory: number;
  order: number;
  results: number;
}

/** In tokens. `windowTokens` is what the operator allows for memory. */
export function promptBudget(contextTokens: number, windowTokens: number): PromptBudget {
  return {
    memory: Math.min(windowTokens, Math.floor(contextTokens / 4)),
    order: Math.floor(contextTokens / 4),
    results: Math.floor(contextTokens / 2),
  };
}
