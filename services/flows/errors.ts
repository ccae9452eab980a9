import type { FlowProblem } from '../../contracts/index.ts';

/** There is no such flow, or no such version of it, or none was published yet. */
export class FlowNotFound extends Error {
  override readonly name = 'FlowNotFound';

  constructor(flow: string, version?: number) {
    super(
      version === undefined ? `there is no flow ${flow}` : `there is no version ${version} of flow ${flow}`,
    );
  }
}

/** A draft was changed by someone else since it was read; nothing was written. */
export class FlowConflict extends Error {
  override readonly name = 'FlowConflict';

  constructor(flow: string) {
    super(`the draft of flow ${flow} has changed since it was read`);
  }
}

/** A flow document that cannot be stored, published or run, with everything that is wrong with it. */
export class FlowInvalid extends Error {
  override readonly name = 'FlowInvalid';
  readonly problems: FlowProblem[];

  constructor(flow: string, problems: FlowProblem[]) {
    const first = problems[0]?.message ?? 'not valid';
    const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : '';
    super(`flow ${flow}: ${first}${more}`);
    this.problems = problems;
  }
}
