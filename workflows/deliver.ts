import type { ExecuteCommand } from '../contracts/flow-state.ts';
import type { NodeSuccess } from './nodes/node.ts';
import { tell, type Voice } from './telling.ts';
import { targetsOf, tellOthers } from './telling-others.ts';

/** Says a node's text: to the asker, or to those whom its config names in `to`. */
export async function deliver(voice: Voice, command: ExecuteCommand, text: string): Promise<NodeSuccess> {
  const targets = targetsOf(command.config.to);
  if (targets) return tellOthers(voice, command, text, targets);
  const final = voice.isFinal(command.node);
  const { message, progress, run, type, tried } = voice;
  if (!message) return { output: { text, final }, attempts: 1 };
  const shown = final ? await progress?.end() : undefined;
  const { attempts } = await tell(
    {
      run,
      message,
      step: command.task,
      type,
      text,
      final,
      ...(final ? { outcome: 'answered' } : {}),
      earlierAttempts: tried.has(command.task) ? 1 : 0,
      posted: tried.get(command.task) ?? 0,
      ...(shown ? { edits: shown.providerId } : {}),
    },
    voice.toAsker,
  );
  return { output: { text, final }, attempts };
}
