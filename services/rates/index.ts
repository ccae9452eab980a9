/** Rates: token buckets in the memory of one process, for what comes in and for what goes out. */
export { type Rate, TokenBuckets } from './token-buckets.ts';
