/** Nothing is kept of a run that could be gone on from: it never ended, ended well within its conversation, or is too old. */
export class RunNotKept extends Error {
  override readonly name = 'RunNotKept';

  constructor(runId: string) {
    super(`nothing is kept of run ${runId} to go on from`);
  }
}

/** A run goes on, or ended well, in another that was made of it; so it is not gone on from once more. */
export class AlreadyResumed extends Error {
  override readonly name = 'AlreadyResumed';

  constructor(runId: string, resumedIn: string) {
    super(`run ${runId} was resumed as ${resumedIn} already`);
  }
}
