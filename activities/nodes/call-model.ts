import { Context } from '@temporalio/activity';
import type { CompletionRequest } from '../../services/models/index.ts';
import type { NodeCall } from './node-activity.ts';

/** What every model call of a node takes from its input. */
export function requestOf({
  config,
  input,
  signal,
}: NodeCall<{ model?: string | undefined }>): Pick<
  CompletionRequest,
  'callId' | 'language' | 'model' | 'signal' | 'trace'
> {
  const { language, runId, traceId } = input.run;
  const { task } = input;
  return {
    language,
    signal,
    model: config.model || input.run.model,
    callId: `${runId}/${task}/${Context.current().info.attempt}`,
    trace: { runId, traceId, task },
  };
}
