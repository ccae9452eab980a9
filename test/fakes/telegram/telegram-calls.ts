import { z } from 'zod';

const chatId = z.string().regex(/^-?\d+$/);
const button = z.strictObject({
  text: z.string().min(1).max(64),
  // 1 to 64 bytes.
  callback_data: z
    .string()
    .min(1)
    .refine((data) => Buffer.byteLength(data) <= 64),
});
const said = {
  chat_id: chatId,
  text: z.string().min(1),
  parse_mode: z.literal('HTML').optional(),
  link_preview_options: z.strictObject({ is_disabled: z.boolean() }).optional(),
  reply_markup: z.strictObject({ inline_keyboard: z.array(z.array(button).min(1)).min(1) }).optional(),
};

/** What each method takes: https://core.telegram.org/bots/api */
export const callSchemas: Record<string, z.ZodType> = {
  getMe: z.strictObject({}),
  getWebhookInfo: z.strictObject({}),
  deleteWebhook: z.strictObject({ drop_pending_updates: z.boolean().optional() }),
  setWebhook: z.strictObject({
    url: z.url({ protocol: /^https$/ }),
    secret_token: z.string().regex(/^[\w-]{1,256}$/),
    allowed_updates: z.array(z.string()),
  }),
  getUpdates: z.strictObject({
    offset: z.number().int().optional(),
    timeout: z.number().int().min(0).max(50),
    limit: z.number().int().min(1).max(100).optional(),
    allowed_updates: z.array(z.string()).optional(),
  }),
  getFile: z.strictObject({ file_id: z.string().min(1) }),
  answerCallbackQuery: z.strictObject({
    callback_query_id: z.string().min(1),
    text: z.string().max(200).optional(),
  }),
  sendChatAction: z.strictObject({
    chat_id: chatId,
    action: z.literal('typing'),
    message_thread_id: z.number().int().optional(),
  }),
  sendMessage: z.strictObject({
    ...said,
    message_thread_id: z.number().int().optional(),
    reply_parameters: z
      .strictObject({ message_id: z.number().int(), allow_sending_without_reply: z.boolean() })
      .optional(),
  }),
  editMessageText: z.strictObject({ ...said, message_id: z.number().int() }),
};

const tags = new Set(['b', 'i', 's', 'u', 'code', 'pre', 'a', 'blockquote']);

/** UTF-16 units that are seen of a text with markup; undefined where Telegram would not take the markup. */
export function visibleLength(html: string): number | undefined {
  const open: string[] = [];
  let length = 0;
  for (const [token, closing, tag, entity] of html.matchAll(
    /<(\/?)([a-z]+)(?:\s[^<>]*)?>|&(amp|lt|gt|quot);|[^<&]+|[<&]/g,
  )) {
    if (tag !== undefined) {
      if (!tags.has(tag)) return undefined;
      if (closing === '' && tag === 'blockquote' && open.includes(tag)) return undefined;
      if (closing === '') open.push(tag);
      else if (open.pop() !== tag) return undefined;
    } else if (entity !== undefined) length += 1;
    else if (token === '<' || token === '&') return undefined;
    else length += token.length;
  }
  return open.length === 0 ? length : undefined;
}
