import { DeliveryError } from './delivery-error.ts';

/** A platform's short-lived token. */
export interface AccessToken {
  token: string;
  expiresInMs: number;
}

/** The platform does not take the token, though it should still be good: it is fetched anew, once. */
export class AccessTokenRejected extends Error {
  override readonly name = 'AccessTokenRejected';
}

/** Renewed this much before it expires, so that none expires on the way. */
const marginMs = 180_000;

/** The tokens of a process, by account: fetched once however many calls wait for one, and renewed before they expire. */
export class AccessTokens {
  private readonly known = new Map<string, { token: Promise<string>; goodUntil: number }>();
  private readonly clock: () => number;

  constructor(clock: () => number = Date.now) {
    this.clock = clock;
  }

  /**
   * Calls with the token of `name`; when `call` throws `AccessTokenRejected`, once more with a new one. Throws what
   * `fetch` and `call` throw.
   */
  async use<T>(
    name: string,
    fetch: () => Promise<AccessToken>,
    call: (token: string) => Promise<T>,
  ): Promise<T> {
    const token = await this.token(name, fetch);
    try {
      return await call(token);
    } catch (error) {
      if (!(error instanceof AccessTokenRejected)) throw error;
      await this.drop(name, token);
      return call(await this.token(name, fetch));
    }
  }

  private token(name: string, fetch: () => Promise<AccessToken>): Promise<string> {
    const known = this.known.get(name);
    if (known && this.clock() < known.goodUntil) return known.token;
    const entry = { token: Promise.resolve(''), goodUntil: Number.POSITIVE_INFINITY };
    entry.token = fetch().then(
      ({ token, expiresInMs }) => {
        entry.goodUntil = this.clock() + Math.max(expiresInMs - marginMs, expiresInMs / 2);
        return token;
      },
      (error: unknown) => {
        if (this.known.get(name) === entry) this.known.delete(name);
        throw unsaid(error);
      },
    );
    this.known.set(name, entry);
    return entry.token;
  }

  /** Unless somebody else renewed it meanwhile. */
  private async drop(name: string, rejected: string): Promise<void> {
    const known = this.known.get(name);
    if (known && (await known.token.catch(() => '')) === rejected && this.known.get(name) === known) {
      this.known.delete(name);
    }
  }
}

/** Nothing was said yet: whatever became of the call for a token, it can be made again. */
function unsaid(error: unknown): unknown {
  if (!(error instanceof DeliveryError) || !error.ambiguous) return error;
  const { message, retryable, retryAfterMs, permanent } = error;
  return new DeliveryError(message, {
    retryable,
    permanent,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });
}
