import type { ProgramNode } from './program.ts';
import type { Outcome, Transition } from './transition.ts';

/** Takes the result that was given for a node that would begin, if there is one, as how it ended. */
export function takePreset(step: Transition, { plan }: ProgramNode): Outcome | undefined {
  const preset = step.takePreset(plan.id);
  if (!preset) return undefined;
  const { status, output = null, port, error, attempts, usage } = preset;
  step.setNode(plan.id, { attempts, ...(usage && { usage }) });
  if (status === 'failed')
    return { type: 'failed', error: error ?? step.error('Internal', 'it failed before, without an error') };
  return { type: 'succeeded', output, ...(port !== undefined && { port }) };
}
