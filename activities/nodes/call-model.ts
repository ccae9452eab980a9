import type { CompletionRequest } from '../../services/models/index.ts';
import type { NodeCall } from './node-activity.ts';

/** What every model call of a node takes from its input. */
export function requestOf({
  input,
  signal,
}: NodeCall<unknown>): Pick<CompletionRequest, 'language' | 'signal' | 'trace'> {
  const { language, runId, traceId } = input.run;
  return { language, signal, trace: { runId, traceId, task: input.task } };
}
