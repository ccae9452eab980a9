/** What was remembered is torn, altered or gone although it had been saved; an operator has to look at `key`. */
export class MemoryDamaged extends Error {
  override readonly name = 'MemoryDamaged';
  readonly key: string;

  constructor(key: string, reason: string) {
    super(`the memory in ${key} is damaged: it ${reason}`);
    this.key = key;
  }
}

/** A snapshot that does not continue what is saved: another has its place, or a newer one is there. */
export class SnapshotConflict extends Error {
  override readonly name = 'SnapshotConflict';
  /** The same snapshot will be refused again. */
  readonly retryable = false;
  readonly key: string;

  constructor(key: string, reason: string) {
    super(`the snapshot for ${key} was refused: ${reason}`);
    this.key = key;
  }
}
