import { z } from 'zod';

const id = z.number().int();
const text = z.string().max(10_000);

const user = z.object({
  id,
  is_bot: z.boolean(),
  first_name: z.string().max(500).optional(),
  last_name: z.string().max(500).optional(),
  username: z.string().max(100).optional(),
});
export type TelegramUser = z.infer<typeof user>;

const entity = z.object({
  type: z.string().max(50),
  offset: z.number().int().nonnegative(),
  length: z.number().int().nonnegative(),
  user: user.optional(),
});
export type Entity = z.infer<typeof entity>;

const file = z.object({
  file_id: z.string().min(1).max(500),
  file_name: z.string().max(1_000).optional(),
  mime_type: z.string().max(200).optional(),
  file_size: z.number().int().nonnegative().optional(),
});
export type TelegramFile = z.infer<typeof file>;

const chat = z.object({ id, type: z.enum(['private', 'group', 'supergroup', 'channel']) });

/** https://core.telegram.org/bots/api#message, as far as it is read. */
export const message = z.object({
  message_id: id,
  message_thread_id: id.optional(),
  is_topic_message: z.boolean().optional(),
  from: user.optional(),
  chat,
  text: text.optional(),
  caption: text.optional(),
  entities: z.array(entity).max(500).optional(),
  caption_entities: z.array(entity).max(500).optional(),
  reply_to_message: z.object({ message_id: id, from: user.optional() }).optional(),
  photo: z.array(file).max(50).optional(),
  document: file.optional(),
  audio: file.optional(),
  voice: file.optional(),
  video: file.optional(),
  video_note: file.optional(),
  animation: file.optional(),
  sticker: z.object({ emoji: z.string().max(50).optional() }).optional(),
  location: z.object({ latitude: z.number(), longitude: z.number() }).optional(),
  contact: z.object({}).optional(),
  poll: z.object({ question: z.string().max(1_000) }).optional(),
  new_chat_members: z.array(z.unknown()).optional(),
});
export type TelegramMessage = z.infer<typeof message>;

const callbackQuery = z.object({
  id: z.string().min(1).max(100),
  from: user,
  message: z
    .object({
      message_id: id,
      message_thread_id: id.optional(),
      is_topic_message: z.boolean().optional(),
      chat,
    })
    .optional(),
  data: z.string().max(64).optional(),
});
export type CallbackQuery = z.infer<typeof callbackQuery>;

/** https://core.telegram.org/bots/api#update */
export const update = z.object({
  update_id: id,
  message: message.optional(),
  callback_query: callbackQuery.optional(),
});
export type Update = z.infer<typeof update>;
