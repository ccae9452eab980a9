import { z } from 'zod';

/** What is asked for: the rest does not come. */
export const wantedUpdates = ['message', 'callback_query'];

const integer = z.number().int();
const user = z.object({
  id: integer,
  is_bot: z.boolean().optional(),
  first_name: z.string().max(1_000).optional(),
  last_name: z.string().max(1_000).optional(),
  language_code: z.string().max(35).optional(),
});
export type TelegramUser = z.infer<typeof user>;

const chat = z.object({ id: integer, type: z.string().max(40) });

/** Offsets are in UTF-16 units. */
const entity = z.object({
  type: z.string().max(40),
  offset: integer.nonnegative(),
  length: integer.nonnegative(),
  url: z.string().max(4_096).optional(),
  user: user.optional(),
});
export type TelegramEntity = z.infer<typeof entity>;
const entities = z.array(entity).max(1_000).optional();

const file = z.object({
  file_id: z.string().min(1).max(300),
  file_size: integer.nonnegative().optional(),
  file_name: z.string().max(2_000).optional(),
  mime_type: z.string().max(500).optional(),
});
export type TelegramFile = z.infer<typeof file>;

const text = z.string().max(100_000).optional();

export const telegramMessage = z.looseObject({
  message_id: integer,
  message_thread_id: integer.optional(),
  is_topic_message: z.boolean().optional(),
  is_automatic_forward: z.boolean().optional(),
  from: user.optional(),
  sender_chat: z.object({ id: integer }).optional(),
  chat,
  reply_to_message: z.object({ message_id: integer, from: user.optional() }).optional(),
  text,
  entities,
  caption: text,
  caption_entities: entities,
  photo: z.array(file).max(20).optional(),
  document: file.optional(),
  voice: file.optional(),
  audio: file.optional(),
  video: file.optional(),
  video_note: file.optional(),
  animation: file.optional(),
  sticker: z.object({ emoji: z.string().max(50).optional() }).optional(),
  location: z.object({ latitude: z.number().optional(), longitude: z.number().optional() }).optional(),
  poll: z.object({ question: z.string().max(1_000).optional() }).optional(),
});
export type TelegramMessage = z.infer<typeof telegramMessage>;

/** Somebody pressed a button. `message` may be one that Telegram does not show any more. */
export const callbackQuery = z.object({
  id: z.string().min(1).max(100),
  from: user,
  message: telegramMessage.optional(),
  data: z.string().max(64).optional(),
});
export type CallbackQuery = z.infer<typeof callbackQuery>;

/** One thing that happened (https://core.telegram.org/bots/api#update). What is in it is read by its own schema. */
export const telegramUpdate = z.looseObject({ update_id: integer.nonnegative() });
export type TelegramUpdate = z.infer<typeof telegramUpdate>;
