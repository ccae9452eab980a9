import { z } from 'zod';
import type { AccountOf, JsonObject } from '../../contracts/index.ts';
import type { ConversationPlace } from '../conversation-place.ts';
import { secretText } from '../secret-text.ts';

export type TelegramAccount = AccountOf<'telegram'>;

const tokenForm = /^\d{1,20}:[\w-]{20,}$/;
const secretTokenForm = /^[\w-]{1,256}$/;

/** Why an account cannot start. */
export function problemsOf({ botToken, mode, secretToken }: TelegramAccount): string[] {
  const problems: string[] = [];
  if (!tokenForm.test(secretText(botToken) ?? '')) {
    problems.push('`botToken` has to be what BotFather gave: digits, a colon and some 35 letters');
  }
  if (mode === 'webhook' && !secretTokenForm.test(secretText(secretToken) ?? '')) {
    problems.push('`secretToken` is needed to believe callbacks: up to 256 letters, digits, - and _');
  }
  return problems;
}

export function connects({ mode }: TelegramAccount): boolean {
  return mode === 'polling';
}

/** Who the bot is, as far as it is known. */
export interface Bot {
  id: number;
  /** Without the @. */
  username?: string;
}

/** A token begins with the bot's id. The name is known where it is configured, or once Telegram was asked. */
export function botOf({ botToken, username }: TelegramAccount): Bot {
  const name = username?.replace(/^@/, '');
  return { id: Number((secretText(botToken) ?? '').split(':')[0]), ...(name ? { username: name } : {}) };
}

/** Where an answer goes. `message`: what it answers, where others write too. `thread`: a topic of a forum. */
export const replyAddress = z.object({
  chat: z.string().min(1).max(64),
  message: z.number().int().optional(),
  thread: z.number().int().optional(),
});
export type ReplyAddress = z.infer<typeof replyAddress>;

export function addressOf(_: TelegramAccount, { chat, topic }: ConversationPlace): JsonObject {
  const thread = Number(topic);
  return { chat, ...(topic !== undefined && Number.isSafeInteger(thread) ? { thread } : {}) };
}

/** What a call names the chat of an address by. */
export function chatOf({ chat, thread }: ReplyAddress): JsonObject {
  return {
    chat_id: chat,
    ...(thread === undefined ? {} : { message_thread_id: thread }),
  };
}
