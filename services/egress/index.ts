/**
 * Egress: the one way out of the house. `fetch` is for addresses that came from outside (messages, models, flows):
 * scheme, port and every resolved address are checked, the connection goes to what was checked, redirects are
 * checked again. `fetchTrusted` and `trustedFetch` are for addresses that the operator configured.
 * All of them pool connections and cap time and bytes.
 */
export {
  createEgress,
  type Egress,
  type EgressOptions,
  type EgressRequest,
  type EgressResponse,
} from './egress.ts';
export { EgressError, type EgressErrorType } from './egress-error.ts';
export { parseAllowEntry } from './policy.ts';
export type { TrustedFetch, TrustedRequestInit } from './trusted-fetch.ts';
