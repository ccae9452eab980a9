import { ApplicationFailure } from '@temporalio/workflow';
import type { ExecuteCommand } from '../../contracts/flow-state.ts';
import type { NoteChange } from '../../contracts/memory.ts';
import { derivedNoteId } from '../derived-id.ts';
import { lengthOf, noteLimits, sinceChange } from '../notes.ts';
import { conversationActivities, nodeOptions } from '../placement.ts';
import { activityNode } from './activity-node.ts';
import type { NodeContext, NodeExecution, NodeSuccess } from './node.ts';

const read = activityNode('memory');

/** Reads what the conversation remembers, has it note something, or forget a note. */
export const memory: NodeExecution = async (command, context) => {
  switch (command.config.action) {
    case 'remember':
      return remember(command, context);
    case 'forget': {
      const id = String(command.config.id ?? '').trim();
      await tell({ type: 'forget', id }, command, context);
      return { output: null, attempts: 1 };
    }
    default:
      return read(command, context);
  }
};

async function remember(command: ExecuteCommand, context: NodeContext): Promise<NodeSuccess> {
  const { run } = context;
  const text = String(command.config.text ?? '').trim();
  if (text === '' || lengthOf(text) > noteLimits.characters) {
    throw refused(`a note has 1 to ${noteLimits.characters} characters, not ${lengthOf(text)}`);
  }
  const id = derivedNoteId(run.runId, command.task);
  const note = { id, text, at: Date.now(), by: run.user ?? run.flow };
  await tell({ type: 'remember', note }, command, context);
  return { output: { id }, attempts: 1 };
}

/** Tells the conversation, wherever the flow is by now; what comes after in the flow sees it as well. */
async function tell(
  change: NoteChange,
  { retry, task, timeoutMs }: ExecuteCommand,
  { memory: known, run }: NodeContext,
): Promise<void> {
  const { account, channel, conversation } = run;
  if (!known || account === undefined || channel === undefined || conversation === undefined) {
    throw refused('nobody’s message asked for this run: there is no conversation to remember anything');
  }
  if (change.type === 'remember' && (known.notes?.count ?? 0) >= noteLimits.notes) {
    throw refused(`the conversation has ${noteLimits.notes} notes already`);
  }
  await conversationActivities.note.executeWithOptions(nodeOptions(timeoutMs, retry, task), [
    { account, channel, conversation, change },
  ]);
  known.notes = sinceChange(known.notes, change);
}

function refused(message: string): ApplicationFailure {
  return ApplicationFailure.nonRetryable(message, 'InvalidInput');
}
