import type { Usage } from '../../contracts/usage.ts';

export type ModelErrorType = 'ModelUnavailable' | 'ModelRejected' | 'ModelOutputInvalid';

/** No endpoint gave a usable answer. The message names endpoints and causes, never keys or prompts. */
export class ModelError extends Error {
  readonly type: ModelErrorType;
  /** What the attempts cost until here. */
  readonly usage: Usage;
  /** The soonest an endpoint is worth asking again, in milliseconds; absent when unknown. */
  readonly retryAfterMs?: number;

  constructor(type: ModelErrorType, message: string, usage: Usage, retryAfterMs?: number) {
    super(message.slice(0, 1_500));
    this.name = 'ModelError';
    this.type = type;
    this.usage = usage;
    if (retryAfterMs !== undefined) this.retryAfterMs = retryAfterMs;
  }

  /** Whether asking again later can help. */
  get retryable(): boolean {
    return this.type === 'ModelUnavailable';
  }
}
