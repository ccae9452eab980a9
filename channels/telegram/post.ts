import { z } from 'zod';
import type { JsonObject } from '../../contracts/index.ts';
import type { PostDependencies, SendReceipt } from '../channel.ts';
import { chatOf, type TelegramAccount } from './account.ts';
import { callTelegram, TelegramRefused } from './api.ts';
import type { Words } from './compose.ts';

/** What is said, and what was mended since Telegram refused it. */
type Saying = Words & { asText?: true; anew?: true };

const sent = z.object({ message_id: z.number().int() });
/** Each reason is mended once. */
const mostRefusals = 4;

/** Says one message, or changes one. Telegram knows no idempotency key. */
export async function post(
  words: Words,
  account: TelegramAccount,
  dependencies: PostDependencies,
): Promise<SendReceipt> {
  let saying: Saying = words;
  for (let refusals = 1; ; refusals += 1) {
    try {
      return await say(saying, account, dependencies);
    } catch (error) {
      if (!(error instanceof TelegramRefused)) throw error;
      if (saying.edits !== undefined && /message is not modified/i.test(error.description)) {
        return { providerId: String(saying.edits) };
      }
      const mended = mend(saying, error);
      if (!mended || refusals === mostRefusals) throw error;
      saying = mended;
    }
  }
}

/** What is said instead; undefined when the refusal stands. A refused message was not shown. */
function mend(saying: Saying, { description, migratedTo }: TelegramRefused): Saying | undefined {
  const { thread, ...place } = saying.to;
  if (migratedTo !== undefined) return { ...saying, to: { chat: String(migratedTo) } };
  if (/can't parse entities/i.test(description)) return { ...saying, asText: true };
  if (thread !== undefined && /message thread not found/i.test(description)) return { ...saying, to: place };
  const isGone = /message to edit not found|message can't be edited/i.test(description);
  return isGone ? { ...saying, anew: true } : undefined;
}

async function say(
  { to, html, plain, buttons, edits, asText, anew }: Saying,
  account: TelegramAccount,
  dependencies: PostDependencies,
): Promise<SendReceipt> {
  const content: JsonObject = {
    ...(asText ? { text: plain } : { text: html, parse_mode: 'HTML' }),
    link_preview_options: { is_disabled: true },
    ...(buttons ? { reply_markup: { inline_keyboard: [buttons.map(keyOf)] } } : {}),
  };
  if (edits !== undefined && !anew) {
    const { chat_id = null } = chatOf(to);
    const call = { chat_id, message_id: edits, ...content };
    await callTelegram('editMessageText', call, z.unknown(), account, dependencies);
    return { providerId: String(edits) };
  }
  const call = {
    ...chatOf(to),
    ...content,
    ...(to.message === undefined
      ? {}
      : { reply_parameters: { message_id: to.message, allow_sending_without_reply: true } }),
  };
  const { message_id } = await callTelegram('sendMessage', call, sent, account, dependencies);
  return { providerId: String(message_id) };
}

function keyOf({ text, data }: { text: string; data: string }): JsonObject {
  return { text, callback_data: data };
}
