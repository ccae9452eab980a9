export type EgressErrorType = 'EgressRefused' | 'Timeout' | 'TooLarge' | 'Unreachable';

/** A request to the outside was refused or failed. The message names the host, never path, query or headers. */
export class EgressError extends Error {
  override readonly name = 'EgressError';
  readonly type: EgressErrorType;

  constructor(type: EgressErrorType, message: string) {
    super(message);
    this.type = type;
  }
}
