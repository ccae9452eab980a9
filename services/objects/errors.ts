/** A conditional write found another object than it expected, or one where it expected none. */
export class PreconditionFailed extends Error {
  override readonly name = 'PreconditionFailed';
  readonly key: string;

  constructor(key: string) {
    super(`the object ${key} is not what this write expected`);
    this.key = key;
  }
}

/** The store did not answer in time, refused the request or has no space; what was asked may or may not have happened. */
export class ObjectStoreUnavailable extends Error {
  override readonly name = 'ObjectStoreUnavailable';
}

/** An object is larger than its reader allows; nothing of it was returned. */
export class ObjectTooLarge extends Error {
  override readonly name = 'ObjectTooLarge';
  readonly retryable = false;

  constructor(key: string, size: number, maxBytes: number) {
    super(`the object ${key} has ${size} bytes, more than the ${maxBytes} allowed`);
  }
}

/** A key that not every store can hold; `encodeKeySegment` makes one of any text. */
export class InvalidKey extends Error {
  override readonly name = 'InvalidKey';
  readonly retryable = false;

  constructor(key: string, reason: string) {
    super(`the key ${JSON.stringify(key.slice(0, 200))} ${reason}`);
  }
}
