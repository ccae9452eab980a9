import { type SignatureFlaw, signatureFlaw, signingKey } from '../../channels/webhook/signature.ts';
import type { ApiContext } from '../context.ts';
import { ProblemError } from '../problems.ts';

const flawTexts: Record<SignatureFlaw, string> = {
  missing: 'The headers webhook-id, webhook-timestamp and webhook-signature are needed.',
  wrong: 'No signature in webhook-signature matches the body.',
  stale: 'webhook-timestamp is more than 5 minutes in the past.',
  future: 'webhook-timestamp is more than 5 minutes in the future.',
};
/** Visible ASCII, as ids of webhook messages are. */
const idForm = /^[\x21-\x7e]{1,256}$/;

/** The webhook id of a call that is signed with the secret (Standard Webhooks). Throws `signature-invalid`, `bad-request`. */
export function verifiedId(
  c: ApiContext,
  secret: string | undefined,
  rawBody: Uint8Array,
  now: number,
): string {
  const key = secret === undefined ? undefined : signingKey(secret);
  const headers = {
    'webhook-id': c.req.header('webhook-id'),
    'webhook-timestamp': c.req.header('webhook-timestamp'),
    'webhook-signature': c.req.header('webhook-signature'),
  };
  // A hook whose secret nobody has asked for yet cannot be signed for.
  const flaw = key ? signatureFlaw(key, headers, rawBody, now) : 'wrong';
  const id = headers['webhook-id'];
  if (flaw || !id) throw new ProblemError('signature-invalid', { detail: flawTexts[flaw ?? 'missing'] });
  if (!idForm.test(id)) {
    throw new ProblemError('bad-request', {
      detail: 'webhook-id has to be at most 256 visible ASCII characters.',
    });
  }
  return id;
}
