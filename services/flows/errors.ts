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

/** The bindings were changed by someone else since they were read; nothing was written. */
export class BindingsConflict extends Error {
  override readonly name = 'BindingsConflict';

  constructor() {
    super('the bindings of flows have changed since they were read');
  }
}

/** Bindings that cannot be stored, or are stored damaged, with everything that is wrong with them. */
export class BindingsInvalid extends Error {
  override readonly name = 'BindingsInvalid';
  /** To a person it is the flow that is wrong. */
  readonly type = 'FlowInvalid';
  readonly problems: FlowProblem[];

  constructor(problems: FlowProblem[]) {
    const first = problems[0]?.message ?? 'not valid';
    const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : '';
    super(`the bindings of flows: ${first}${more}`);
    this.problems = problems;
  }
}

/** There is a flow of this id already; nothing was written. */
export class FlowExists extends Error {
  override readonly name = 'FlowExists';

  constructor(flow: string) {
    super(`there is a flow ${flow} already`);
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
