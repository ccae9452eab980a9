import { z } from 'zod';
import type { AccountOf, JsonObject } from '../../contracts/index.ts';
import type { ConversationPlace } from '../conversation-place.ts';
import { secretText } from '../secret-text.ts';

export type TelegramAccount = AccountOf<'telegram'>;

const tokenForm = /^(\d{5,20}):[\w-]{30,64}$/;

/** Why an account cannot start. */
export function problemsOf({ botToken, mode, secretToken }: TelegramAccount): string[] {
  const problems: string[] = [];
  if (!tokenForm.test(secretText(botToken) ?? '')) {
    problems.push('`botToken` has to be the token that @BotFather gave, digits, a colon and letters');
  }
  if (mode === 'webhook' && !/^[\w-]{1,256}$/.test(secretText(secretToken) ?? '')) {
    problems.push(
      '`secretToken` has to be 1 to 256 letters, digits, _ and -, the same that setWebhook was given',
    );
  }
  return problems;
}

export function connects({ mode }: TelegramAccount): boolean {
  return mode === 'polling';
}

/** The bot's own id: what its token begins with. */
export function botIdOf({ botToken }: TelegramAccount): number | undefined {
  const id = tokenForm.exec(secretText(botToken) ?? '')?.[1];
  return id === undefined ? undefined : Number(id);
}

/** Where an answer goes. `message`: what it answers, where others write too. */
export const replyAddress = z.object({
  chat: z.string().min(1),
  thread: z.number().int().optional(),
  message: z.number().int().optional(),
});
export type ReplyAddress = z.infer<typeof replyAddress>;

export function addressOf(_: TelegramAccount, { chat, topic }: ConversationPlace): JsonObject {
  const thread = Number(topic);
  return { chat, ...(topic !== undefined && Number.isSafeInteger(thread) ? { thread } : {}) };
}
