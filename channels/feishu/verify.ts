import { z } from 'zod';
import type { ChannelRequest, ReceiveResult } from '../channel.ts';
import { refused } from '../refused.ts';
import { sameText, secretText } from '../secret-text.ts';
import type { FeishuAccount } from './account.ts';
import { opened, parsedJson } from './decrypt.ts';
import { challenge, encrypted } from './event.ts';
import { type SignatureFlaw, signatureFlaw } from './signature.ts';

type Refused = Extract<ReceiveResult, { type: 'refused' }>;

const flawTexts: Record<SignatureFlaw, string> = {
  missing: 'X-Lark-Signature, X-Lark-Request-Timestamp and X-Lark-Request-Nonce are needed.',
  wrong: 'X-Lark-Signature does not fit the body and the Encrypt Key.',
  stale: 'X-Lark-Request-Timestamp is more than 8 hours in the past.',
  future: 'X-Lark-Request-Timestamp is more than 5 minutes in the future.',
};

/** Where the verification token is: in the header of an event, beside a challenge. */
const stated = z.object({
  token: z.string().optional(),
  header: z.object({ token: z.string().optional() }).optional(),
});

/**
 * Verifies the raw bytes of a callback and resolves to the JSON in it, decrypted. With an Encrypt Key the signature
 * proves who sent it, without one the verification token does; a token that is there has to be right in any case. The
 * challenge, which is sent when the address is saved, is encrypted but may be unsigned, as the vendor's libraries take it.
 */
export function verify(
  { headers, rawBody, now }: ChannelRequest,
  account: FeishuAccount,
): { type: 'verified'; body: unknown } | Refused {
  const encryptKey = secretText(account.encryptKey);
  const token = secretText(account.verificationToken);
  if (account.encryptKey !== undefined && !encryptKey) {
    return unbelieved('The encryptKey of this account is blank.');
  }
  if (!encryptKey && !token) return unbelieved('This account has neither encryptKey nor verificationToken.');
  const flaw = encryptKey ? signatureFlaw(encryptKey, headers, rawBody, now) : undefined;
  if (flaw && flaw !== 'missing') return unbelieved(flawTexts[flaw]);

  const outer = parsedJson(Buffer.from(rawBody).toString('utf8'));
  const isSealed = encrypted.safeParse(outer).success;
  if (isSealed && !encryptKey)
    return unbelieved('The body is encrypted, and this account has no encryptKey.');
  const body = opened(outer, encryptKey);
  const isProven = encryptKey !== undefined && (!flaw || (isSealed && isChallenge(body)));
  if (encryptKey && !isProven) return unbelieved(flawTexts.missing);

  const given = stated.safeParse(body).data;
  const givenToken = given?.header?.token ?? given?.token;
  const isMissing = givenToken === undefined;
  if (token && !(isMissing ? isProven : sameText(givenToken, token))) {
    return unbelieved('The verification token is missing, or is another than verificationToken.');
  }
  return { type: 'verified', body };
}

/** A callback of somebody else, or of nobody knows whom. */
export function unbelieved(detail: string): Refused {
  return refused(401, 'signature-invalid', detail);
}

function isChallenge(body: unknown): boolean {
  return challenge.safeParse(body).success;
}
