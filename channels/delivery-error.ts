interface DeliveryErrorOptions {
  /** Whether a later attempt may succeed. */
  retryable: boolean;
  /** How long the platform asked to wait, in milliseconds. */
  retryAfterMs?: number;
  /** The address is gone for good: the account should not be used to send until an operator mended it. */
  permanent?: boolean;
  /** It may have arrived all the same: no answer came, or one that says nothing of what was done. */
  ambiguous?: boolean;
}

/** A platform did not take a delivery. The message names account and status, never an address or a secret. */
export class DeliveryError extends Error {
  override readonly name = 'DeliveryError';
  readonly type = 'DeliveryFailed';
  readonly retryable: boolean;
  readonly retryAfterMs: number | undefined;
  readonly permanent: boolean;
  readonly ambiguous: boolean;

  constructor(
    message: string,
    { retryable, retryAfterMs, permanent = false, ambiguous = false }: DeliveryErrorOptions,
  ) {
    super(message);
    this.retryable = retryable;
    this.retryAfterMs = retryAfterMs;
    this.permanent = permanent;
    this.ambiguous = ambiguous;
  }
}
