import type { Attachment } from '../../contracts/index.ts';
import type { ParsedMessage } from '../channel.ts';
import { languageOf } from '../language.ts';
import { messageText } from '../message-text.ts';
import type { ReplyAddress } from './account.ts';
import { type Self, withoutMention } from './mentions.ts';
import {
  type CallbackQuery,
  type TelegramMessage,
  type TelegramUser,
  type Update,
  update,
} from './update.ts';

/** What an update is. `callback`: of a button, which shows that it waits until it is answered. */
export type Incoming =
  | { type: 'message'; message: ParsedMessage; callback?: string }
  | { type: 'ignored'; reason: string; callback?: string }
  | { type: 'malformed'; detail: string };

/** Reads an update of a webhook or of polling. */
export function readUpdate(body: unknown, self: Self): Incoming {
  const parsed = update.safeParse(body);
  if (!parsed.success) {
    return {
      type: 'malformed',
      detail: `This is no update that Telegram sends (${parsed.error.issues[0]?.path.join('.')}).`,
    };
  }
  const { callback_query, message } = parsed.data;
  if (callback_query) return readPress(parsed.data, callback_query);
  if (!message) return { type: 'ignored', reason: 'an update that is no message' };
  if (message.chat.type === 'channel') return { type: 'ignored', reason: 'a post in a channel' };
  if (message.new_chat_members) return { type: 'ignored', reason: 'somebody joined' };
  return { type: 'message', message: messageOf(parsed.data, message, self) };
}

function messageOf({ update_id }: Update, message: TelegramMessage, self: Self): ParsedMessage {
  const { caption, chat, from, message_id, reply_to_message: answered } = message;
  const said = message.text ?? caption ?? '';
  const own = withoutMention(said, message.entities ?? message.caption_entities ?? [], self);
  const attachments = attachmentsOf(message);
  const text = messageText(own.text || (attachments.length > 0 ? '' : wordsFor(message)));
  const isDirect = chat.type === 'private';
  const isAnswerToUs = self.id !== undefined && answered?.from?.id === self.id;
  return {
    id: String(update_id),
    chat: chatOf(message),
    sender: senderOf(from),
    mentioned: isDirect || own.mentioned || isAnswerToUs,
    ...(from?.is_bot !== false ? { fromBot: true } : {}),
    text,
    language: languageOf(text),
    ...(attachments.length > 0 ? { attachments } : {}),
    ...(answered ? { quotes: String(answered.message_id) } : {}),
    replyTo: addressFor(message, isDirect ? undefined : message_id),
    raw: { update_id, chat: chat.id, type: chat.type, from: from?.id ?? null, message_id, text: said },
  };
}

/** A button's data is the command that it stands for. */
function readPress({ update_id }: Update, { id, data = '', from, message }: CallbackQuery): Incoming {
  if (!message || !/^\/(approve|deny) [a-z0-9]{8}$/.test(data)) {
    return { type: 'ignored', reason: 'a button that stands for nothing here', callback: id };
  }
  return {
    type: 'message',
    callback: id,
    message: {
      id: String(update_id),
      chat: chatOf(message),
      sender: senderOf(from),
      mentioned: true,
      pressed: true,
      text: data,
      language: 'en',
      replyTo: addressFor(message, message.chat.type === 'private' ? undefined : message.message_id),
    },
  };
}

type Placed = Pick<TelegramMessage, 'chat' | 'message_thread_id' | 'is_topic_message'>;

function chatOf({ chat, is_topic_message, message_thread_id }: Placed): ParsedMessage['chat'] {
  const topic = is_topic_message ? message_thread_id : undefined;
  return {
    id: String(chat.id),
    type: chat.type === 'private' ? 'direct' : 'group',
    ...(topic === undefined ? {} : { topic: String(topic) }),
  };
}

function addressFor(
  { chat, is_topic_message, message_thread_id }: Placed,
  answers: number | undefined,
): ReplyAddress {
  return {
    chat: String(chat.id),
    ...(is_topic_message && message_thread_id !== undefined ? { thread: message_thread_id } : {}),
    ...(answers === undefined ? {} : { message: answers }),
  };
}

function senderOf(from: TelegramUser | undefined): ParsedMessage['sender'] {
  const name = [from?.first_name, from?.last_name].filter(Boolean).join(' ').slice(0, 256);
  return { id: String(from?.id ?? 'unknown'), ...(name ? { name } : {}) };
}

/** Of a picture, which comes in several sizes, the largest. */
function attachmentsOf(message: TelegramMessage): Attachment[] {
  const found = [
    ['image', message.photo?.at(-1)],
    ['audio', message.audio ?? message.voice],
    ['video', message.video ?? message.video_note],
    ['file', message.animation ? undefined : message.document],
    ['video', message.animation],
  ] as const;
  return found.flatMap(([kind, file]) =>
    file
      ? [
          {
            kind,
            ...(file.file_name ? { name: file.file_name.slice(0, 256) } : {}),
            ...(file.mime_type ? { mimeType: file.mime_type.slice(0, 128) } : {}),
            ...(file.file_size ? { bytes: file.file_size } : {}),
            source: { file: file.file_id },
          },
        ]
      : [],
  );
}

/** What has no text is still something that a person said. */
function wordsFor({ contact, location, poll, sticker }: TelegramMessage): string {
  if (sticker) return `[sticker${sticker.emoji ? ` ${sticker.emoji}` : ''}]`;
  if (location) return `[location ${location.latitude}, ${location.longitude}]`;
  if (poll) return `[poll] ${poll.question}`;
  return contact ? '[contact]' : '[message of an unknown kind]';
}
