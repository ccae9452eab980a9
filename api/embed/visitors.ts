import { createHmac, randomBytes } from 'node:crypto';
import { secretsEqual } from '../access/sessions.ts';

/** Thirty days after the last visit a visitor is somebody new. */
const lifeMs = 30 * 86_400_000;

/**
 * Visitors of other sites, without a store: `<account>.<visitor>.<expiry>.<signature>`, signed with a key made of the
 * admin token, so that any API process knows them.
 */
export class Visitors {
  readonly #key: Buffer;

  constructor(adminToken: string) {
    this.#key = createHmac('sha256', adminToken).update('errand visitor 1').digest();
  }

  /** A token for somebody new. `now`: epoch milliseconds. */
  begin(account: string, now: number): string {
    const payload = `${account}.${randomBytes(12).toString('hex')}.${now + lifeMs}`;
    return `${payload}.${this.#sign(payload)}`;
  }

  /** The visitor's id, or undefined for a token that is not this account's, not ours, or too old. */
  idOf(token: string, account: string, now: number): string | undefined {
    const match = /^([a-z][a-z0-9-]{0,39})\.([0-9a-f]{24})\.(\d{1,15})\.([\w-]{43})$/.exec(token);
    const [, of = '', visitor = '', expires = '', signature = ''] = match ?? [];
    const isOurs = secretsEqual(signature, this.#sign(`${of}.${visitor}.${expires}`));
    return isOurs && of === account && Number(expires) > now ? visitor : undefined;
  }

  #sign(payload: string): string {
    return createHmac('sha256', this.#key).update(payload).digest('base64url');
  }
}
