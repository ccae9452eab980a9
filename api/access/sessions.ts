import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

export const sessionCookie = 'errand_session';
/** Twelve hours. */
export const sessionSeconds = 12 * 3_600;

/** Whether two secrets are equal, in a time that tells nothing about them or their lengths. */
export function secretsEqual(a: string, b: string): boolean {
  return timingSafeEqual(digest(a), digest(b));
}

/**
 * Sessions without a store: `<expiry>.<nonce>.<signature>`, signed with a key made of the admin token, so that any API
 * process honours them and a changed token ends them all. One that was signed out of is refused by this process until it expires.
 */
export class Sessions {
  readonly #key: Buffer;
  readonly #ended = new Map<string, number>();

  constructor(adminToken: string) {
    this.#key = createHmac('sha256', adminToken).update('errand session 1').digest();
  }

  /** A new session's cookie value. `now`: epoch milliseconds. */
  begin(now: number): string {
    const expires = Math.floor(now / 1_000) + sessionSeconds;
    const payload = `${expires}.${randomBytes(18).toString('base64url')}`;
    return `${payload}.${this.#sign(payload)}`;
  }

  isValid(value: string, now: number): boolean {
    if (value.length > 200) return false;
    const [expires = '', nonce = '', signature = ''] = value.split('.');
    if (!secretsEqual(signature, this.#sign(`${expires}.${nonce}`))) return false;
    return Number(expires) * 1_000 > now && !this.#ended.has(nonce);
  }

  /** Ends a valid session before its time. */
  end(value: string, now: number): void {
    for (const [nonce, expires] of this.#ended) if (expires <= now) this.#ended.delete(nonce);
    const [expires = '', nonce = ''] = value.split('.');
    if (this.isValid(value, now)) this.#ended.set(nonce, Number(expires) * 1_000);
  }

  #sign(payload: string): string {
    return createHmac('sha256', this.#key).update(payload).digest('base64url');
  }
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
