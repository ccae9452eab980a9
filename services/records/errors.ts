/** A record could not be made durable in time, or too many wait already; it may or may not have been kept. */
export class RecordsUnavailable extends Error {
  override readonly name = 'RecordsUnavailable';
}

/** An entry is larger than a log takes; trying again cannot help. */
export class EntryTooLarge extends Error {
  override readonly name = 'EntryTooLarge';
}

/** A segment cannot be read: not gzip, cut short, too large, or not lines of the expected records. */
export class SegmentDamaged extends Error {
  override readonly name = 'SegmentDamaged';
}

/** The books of dropped segments cannot be read; totals are unknown until they are restored. */
export class BooksDamaged extends Error {
  override readonly name = 'BooksDamaged';
}

/** What is kept of a run cannot be read; it cannot be gone on from. */
export class KeptRunDamaged extends Error {
  override readonly name = 'KeptRunDamaged';

  constructor(runId: string, options?: ErrorOptions) {
    super(`what is kept of run ${runId} cannot be read`, options);
  }
}

/** A cursor was not made by this index. */
export class InvalidCursor extends Error {
  override readonly name = 'InvalidCursor';
}

/** A query took longer than it may; narrower filters help. */
export class RunQueryTimeout extends Error {
  override readonly name = 'RunQueryTimeout';
}

/** The local index cannot be opened or written, even after it was built anew. */
export class RunIndexUnavailable extends Error {
  override readonly name = 'RunIndexUnavailable';
}

/** Told of each segment that was skipped because it is damaged. */
export type OnDamage = (key: string, reason: string) => void;
