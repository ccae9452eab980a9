import { DeliveryError } from '../delivery-error.ts';
import { legible } from '../legible.ts';

/** What the platform answers when it does not do what it was asked: HTTP 200 and a code. */
export interface Refusal {
  errcode: number;
  errmsg: string;
}

interface Meaning {
  /** In plain words, with the remedy. */
  words: string;
  retryAfterMs?: number;
  /** Nothing goes out of this account until an operator mended it. */
  permanent?: true;
}

/** How long the limits of a minute last, which are the most common: no answer says for how long. */
const limitedMs = 60_000;
const busyMs = 1_000;

/** https://developer.work.weixin.qq.com/document/path/90313 */
const meanings: Record<number, Meaning> = {
  [-1]: { words: 'the platform is busy', retryAfterMs: busyMs },
  45009: { words: 'more calls than the platform takes', retryAfterMs: limitedMs },
  45033: { words: 'more calls at once than the platform takes', retryAfterMs: limitedMs },
  40001: { words: 'the Secret is not that of an app of this corp', permanent: true },
  40013: { words: 'there is no corp with this corpId', permanent: true },
  40056: { words: 'there is no app with this agentId', permanent: true },
  48002: { words: 'the app may not use this API', permanent: true },
  60020: {
    words: "this machine's public address is not among the app's trusted IPs (企业可信IP)",
    permanent: true,
  },
  301002: { words: 'the Secret is that of another app than the agentId', permanent: true },
  45002: { words: 'the message is longer than the platform takes' },
  60111: { words: 'there is no such member' },
  81013: { words: "nobody who was addressed is within the app's visible range (可见范围)" },
};

const tokenRejections = new Set([40014, 41001, 42001]);

/** Whether a new access token is the remedy. */
export function isTokenRejection(errcode: number): boolean {
  return tokenRejections.has(errcode);
}

/** The error of a refusal. Retryable where waiting is the remedy. */
export function refusalOf(name: string, { errcode, errmsg }: Refusal): DeliveryError {
  const { words, retryAfterMs, permanent } = meanings[errcode] ?? { words: 'refused' };
  return new DeliveryError(`${name}: ${words} (${errcode} ${legible(errmsg)})`, {
    retryable: retryAfterMs !== undefined,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    ...(permanent ? { permanent } : {}),
  });
}
