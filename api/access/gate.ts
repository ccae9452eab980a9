import type { Config } from '../../contracts/index.ts';
import { type ApiContext, peerOf } from '../context.ts';
import { ProblemError } from '../problems.ts';
import { type AddressMatcher, addressKey, addressMatcher, clientAddress } from './client-address.ts';

/** What an allow-list is for: what platforms call, and everything people and programs do. */
export type Surface = keyof Config['access']['ipAllow'];

/** Who may reach which surface, by address. */
export class Gate {
  readonly #allowed: Record<Surface, AddressMatcher | null>;
  readonly #isTrustedProxy: AddressMatcher;

  constructor(access: Config['access']) {
    const matcherOf = (entries: string[] | undefined) => (entries ? addressMatcher(entries) : null);
    this.#allowed = {
      webhooks: matcherOf(access.ipAllow.webhooks),
      console: matcherOf(access.ipAllow.console),
    };
    this.#isTrustedProxy = addressMatcher(access.trustedProxies);
  }

  /** Throws `forbidden` unless the client's address is on the surface's list, or there is no list. */
  check(c: ApiContext, surface: Surface): void {
    const allowed = this.#allowed[surface];
    if (!allowed) return;
    const address = this.#addressOf(c);
    if (!address || !allowed(address)) {
      throw new ProblemError('forbidden', { detail: 'This address is not on the list of those allowed.' });
    }
  }

  /** The client in rate limits. */
  keyOf(c: ApiContext): string {
    return addressKey(this.#addressOf(c));
  }

  /** Whether the browser's side of the connection is encrypted: here, or by the proxy's word. */
  isSecure(c: ApiContext): boolean {
    const socket = c.env?.incoming?.socket;
    if (socket && 'encrypted' in socket && socket.encrypted === true) return true;
    const peer = clientAddress(peerOf(c), null, () => false);
    if (!peer || !this.#isTrustedProxy(peer)) return false;
    return c.req.header('x-forwarded-proto')?.split(',').at(-1)?.trim().toLowerCase() === 'https';
  }

  #addressOf(c: ApiContext) {
    return clientAddress(peerOf(c), c.req.header('x-forwarded-for'), this.#isTrustedProxy);
  }
}
