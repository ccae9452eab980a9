/** The data directory cannot be used; the message says why and what to do. */
export class DataDirectoryUnusable extends Error {
  override readonly name = 'DataDirectoryUnusable';
}

/** Another Errand holds the lock of the data directory. */
export class DataDirectoryLocked extends Error {
  override readonly name = 'DataDirectoryLocked';
}

/** No Temporal binary is to be had; the message lists what was tried and the remedy. */
export class BinaryUnavailable extends Error {
  override readonly name = 'BinaryUnavailable';
}

/** The embedded Temporal server did not come up, with the last lines of its log. */
export class TemporalServerFailed extends Error {
  override readonly name = 'TemporalServerFailed';
}

/** The Temporal namespace or its search attributes could not be set up. */
export class TemporalSetupFailed extends Error {
  override readonly name = 'TemporalSetupFailed';
}
