import { z } from 'zod';
import type { JsonObject } from '../../contracts/index.ts';
import type { ChannelDependencies, PostDependencies, SendReceipt } from '../channel.ts';
import { replyAddress, type TelegramAccount } from './account.ts';
import { callTelegram, TelegramRefusal } from './api.ts';
import type { Words } from './compose.ts';

const sent = z.object({ message_id: z.number().int() });

/** Says one message, or changes one; without markup where Telegram does not take it. It knows no idempotency key. */
export async function post(
  words: Words,
  account: TelegramAccount,
  dependencies: PostDependencies,
): Promise<SendReceipt> {
  try {
    return await say(words, { text: words.html, parse_mode: 'HTML' }, account, dependencies);
  } catch (error) {
    if (!(error instanceof TelegramRefusal)) throw error;
    if (words.edits !== undefined && /message is not modified/i.test(error.description)) {
      return { providerId: String(words.edits) };
    }
    if (!/can't parse entities/i.test(error.description)) throw error;
    return say(words, { text: words.plain }, account, dependencies);
  }
}

async function say(
  { to, buttons, edits }: Words,
  text: { text: string; parse_mode?: 'HTML' },
  account: TelegramAccount,
  dependencies: PostDependencies,
): Promise<SendReceipt> {
  const common = {
    chat_id: to.chat,
    ...text,
    link_preview_options: { is_disabled: true },
    ...(buttons ? { reply_markup: { inline_keyboard: [buttons] } } : {}),
  };
  if (edits !== undefined) {
    await callTelegram(
      { method: 'editMessageText', body: { ...common, message_id: edits } },
      account,
      dependencies,
    );
    return { providerId: String(edits) };
  }
  const body = {
    ...common,
    ...(to.thread === undefined ? {} : { message_thread_id: to.thread }),
    ...(to.message === undefined
      ? {}
      : { reply_parameters: { message_id: to.message, allow_sending_without_reply: true } }),
  };
  const { data } = sent.safeParse(await callTelegram({ method: 'sendMessage', body }, account, dependencies));
  return data ? { providerId: String(data.message_id) } : {};
}

/** Shown for five seconds, or until something is said. */
export async function typing(
  replyTo: JsonObject,
  account: TelegramAccount,
  dependencies: ChannelDependencies,
): Promise<void> {
  const { chat, thread } = replyAddress.parse(replyTo);
  const body = {
    chat_id: chat,
    action: 'typing',
    ...(thread === undefined ? {} : { message_thread_id: thread }),
  };
  await callTelegram({ method: 'sendChatAction', body }, account, dependencies);
}
