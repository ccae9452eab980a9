import { createHash } from 'node:crypto';

/** 43 characters, the same for every try of a step: fits the idempotency keys of all vendors. */
export function deliveryKey(runId: string, step: string): string {
  return createHash('sha256').update(`${runId}\0${step}`).digest('base64url');
}
