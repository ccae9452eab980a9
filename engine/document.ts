/**
 * What is done with flow documents before they run: checked, and made into plans. Loads zod and the node catalogue,
 * so workflows keep away from it; what they need is in `index.ts`.
 */
export { plan } from './document/plan.ts';
export { type Validation, validate } from './document/validate.ts';
