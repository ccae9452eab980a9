/** One instruction of a Dockerfile, its continued lines joined. */
export interface Instruction {
  name: string;
  text: string;
}

/** A stage: from its `FROM` to the next. */
export type Stage = Instruction[];

/** Splits a Dockerfile into its stages. Knows comments and continued lines, not here-documents. */
export function stagesOf(dockerfile: string): Stage[] {
  const lines = dockerfile.split('\n').filter((line) => !line.trimStart().startsWith('#'));
  const joined = lines.join('\n').replaceAll(/\\\n\s*/g, '');
  const stages: Stage[] = [];
  for (const line of joined.split('\n')) {
    const match = /^([A-Z]+)\s+(.+)$/.exec(line.trim());
    if (!match?.[1] || !match[2]) continue;
    const instruction = { name: match[1], text: match[2] };
    if (instruction.name === 'FROM') stages.push([instruction]);
    else stages.at(-1)?.push(instruction);
  }
  return stages;
}

/** The texts of a stage's instructions of one name. */
export function textsOf(stage: Stage, name: string): string[] {
  return stage.filter((instruction) => instruction.name === name).map(({ text }) => text);
}
