import type { ConversationStatus } from '../contracts/conversation.ts';
import type { InboundMessage } from '../contracts/message.ts';
import { decide } from './approving.ts';
import { runsText, statusText, stoppedText } from './command-texts.ts';
import { type Command, type CommandName, helpText } from './commands.ts';
import type { ConversationMemory } from './conversation-memory.ts';
import { failedBy } from './failure.ts';
import { chooseFlow } from './flow-choice.ts';
import { forgottenText, memoryText, rememberedText } from './memory-texts.ts';
import { chooseModel } from './model-choice.ts';
import { commandNoteId } from './notes.ts';
import { letIn } from './pairing.ts';
import { retry } from './retrying.ts';
import type { ListedRun } from './run-list.ts';

/** What commands ask of the conversation that they are given in. */
export interface CommandDesk {
  readonly memory: ConversationMemory;
  status(): ConversationStatus;
  listRuns(): ListedRun[];
  stop(runId: string): Promise<number>;
  resumed(run: { runId: string; text: string }, messageId: string): void;
}

type Answering = (argument: string, message: InboundMessage, desk: CommandDesk) => string | Promise<string>;

const answers: Record<CommandName, Answering> = {
  help: (_, { language }) => helpText(language),
  status: (_, { language }, desk) => statusText(desk.status(), Date.now(), language),
  runs: (_, { language }, desk) => runsText(desk.listRuns(), language),
  stop: async (runId, { language }, desk) => stoppedText(await desk.stop(runId), language),
  retry: (runId, message, desk) => retry(runId, message, desk),
  approve: (argument, message) => decide('approve', argument, message),
  deny: (argument, message) => decide('deny', argument, message),
  pair: (code, message) => letIn(code, message),
  flow: (name, message, desk) => chooseFlow(name, message, desk.memory),
  model: (name, { language }, desk) => chooseModel(name, language, desk.memory),
  memory: (word, { language }, { memory }) => memoryText(memory.turns, memory.notes.all(), word, language),
  remember: (text, { language, runId, sender }, { memory }) => {
    const note = { id: commandNoteId(runId), text, at: Date.now(), by: sender.id };
    return rememberedText(
      memory.note((notes) => notes.remember(note)),
      note,
      language,
    );
  },
  forget: (id, { language }, { memory }) =>
    forgottenText(
      memory.note((notes) => notes.forget(id.toLowerCase())),
      id,
      language,
    ),
};

/** Carries a command out and says what became of it. Never throws. */
export async function answerTo(
  { name, argument }: Command,
  message: InboundMessage,
  desk: CommandDesk,
): Promise<string> {
  try {
    return await answers[name](argument, message, desk);
  } catch (thrown) {
    return failedBy(thrown, message.language).error.userMessage;
  }
}
