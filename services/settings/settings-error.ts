/** Something wrong with the configuration, and what to do about it. Never holds a value that could be a secret. */
export interface SettingsProblem {
  /** A dotted path into the file, a variable or a flag. */
  path: string;
  problem: string;
  remedy: string;
}

/** The configuration cannot be used; holds all its problems at once. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
  readonly problems: readonly SettingsProblem[];

  constructor(problems: readonly SettingsProblem[]) {
    const lines = problems.map(({ path, problem, remedy }) => `  ${path}: ${problem}. ${remedy}`);
    super(`the configuration has ${problems.length} problem(s):\n${lines.join('\n')}`);
    this.problems = problems;
  }
}
