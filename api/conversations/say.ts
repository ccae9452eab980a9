import { randomUUID } from 'node:crypto';
import { type Intake, NotDurable } from '../../channels/intake/index.ts';
import { languageOf } from '../../channels/language.ts';
import type { AccountConfig, Sender, WebMessage, WebMessageTaken } from '../../contracts/index.ts';
import type { ThreadStore } from '../../services/threads/index.ts';
import { ProblemError } from '../problems.ts';
import { retryAfter } from '../retry-after.ts';

export interface SayingDependencies {
  intake: Intake;
  threads: Pick<ThreadStore, 'say' | 'unsay'>;
  /** Epoch milliseconds. */
  clock(): number;
}

export interface Place {
  account: AccountConfig;
  conversation: string;
}

/**
 * Says something for a person in a thread of a web account: first where pages see it, then to the conversation.
 * Throws `ProblemError`, and takes it back from the thread, when it is not taken.
 */
export async function say(
  { intake, threads, clock }: SayingDependencies,
  { account, conversation }: Place,
  sender: Sender,
  { id = randomUUID(), text }: WebMessage,
  traceId: string,
): Promise<WebMessageTaken> {
  const at = new Date(clock()).toISOString();
  await threads.say(account.id, conversation, { id, at, from: 'person', sender, text });
  const message = {
    id,
    chat: { id: conversation, type: 'direct' as const },
    mentioned: true,
    sender,
    text,
    language: languageOf(text),
    replyTo: {},
  };
  try {
    const taking = await intake.take(account, message, traceId);
    if (taking.type === 'taken') return { messageId: id, runId: taking.runId };
    if (taking.type === 'ignored') throw new ProblemError('forbidden', { detail: taking.reason });
    throw new ProblemError('too-many-requests', {
      detail: 'Too many messages came at once.',
      headers: retryAfter(taking.waitMs),
    });
  } catch (error) {
    await threads.unsay(account.id, conversation, id);
    if (!(error instanceof NotDurable)) throw error;
    throw new ProblemError('unavailable', {
      detail: 'The message could not be made durable. Send it again.',
      headers: retryAfter(2_000),
    });
  }
}
