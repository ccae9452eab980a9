import type { JsonObject, Language } from '../../contracts/index.ts';
import type { ParsedMessage } from '../channel.ts';
import { languageOf } from '../language.ts';
import { messageText } from '../message-text.ts';
import type { Bot, ReplyAddress } from './account.ts';
import { attachmentsOf, standInOf } from './content.ts';
import { readText } from './readable-text.ts';
import {
  type CallbackQuery,
  callbackQuery,
  type TelegramMessage,
  type TelegramUpdate,
  type TelegramUser,
  telegramMessage,
} from './update.ts';

/** A button was pressed, and waits for an answer. */
export interface Press {
  id: string;
  language: Language;
}

/** What an update is, however it came. */
export type Incoming =
  | { type: 'message'; message: ParsedMessage; press?: Press }
  | { type: 'ignored'; reason: string; press?: Press };

/** Reads an update. What cannot be read is ignored, because Telegram would send it again for ever. */
export function readUpdate(update: TelegramUpdate, bot: Bot): Incoming {
  const id = String(update.update_id);
  if (update.message !== undefined) {
    const parsed = telegramMessage.safeParse(update.message);
    return parsed.success ? messageOf(id, parsed.data, bot) : unexpected(parsed.error.issues[0]?.path);
  }
  if (update.callback_query !== undefined) {
    const parsed = callbackQuery.safeParse(update.callback_query);
    return parsed.success ? pressOf(id, parsed.data) : unexpected(parsed.error.issues[0]?.path);
  }
  const kind = Object.keys(update).find((name) => name !== 'update_id') ?? 'nothing';
  return ignored(`an update of type ${kind.slice(0, 50)}`);
}

function messageOf(id: string, message: TelegramMessage, bot: Bot): Incoming {
  const { caption, caption_entities, entities, from, reply_to_message: quoted, text: written } = message;
  if (message.chat.type === 'channel' || !from) return ignored('a post of a channel');
  if (message.is_automatic_forward) return ignored('a post forwarded from a channel');
  const attachments = attachmentsOf(message);
  const standIn = standInOf(message);
  const said = written ?? caption;
  if (said === undefined && attachments.length === 0 && standIn === undefined) {
    return ignored('a message that nobody says');
  }
  const read = readText(said ?? '', (written === undefined ? caption_entities : entities) ?? [], bot);
  if (read.isForOther) return ignored('a command to another bot');
  const text = messageText(asCommand(read.text) || (attachments.length > 0 ? '' : (standIn ?? '')));
  const place = placeOf(message);
  return {
    type: 'message',
    message: {
      id,
      ...place,
      sender: senderOf(from),
      mentioned: place.chat.type === 'direct' || read.mentioned || quoted?.from?.id === bot.id,
      ...(from.is_bot ? { fromBot: true } : {}),
      text,
      language: read.text === '' || !/\p{L}/u.test(read.text) ? usualLanguage(from) : languageOf(text),
      ...(attachments.length > 0 ? { attachments } : {}),
      ...(quoted ? { quotes: String(quoted.message_id) } : {}),
      raw: rawOf(message, said),
    },
  };
}

/** What a new chat begins with. */
function asCommand(text: string): string {
  return /^\/start(?:\s|$)/.test(text) ? '/help' : text;
}

function pressOf(id: string, { data = '', from, id: press, message }: CallbackQuery): Incoming {
  const language = usualLanguage(from);
  if (!message || !/^\/(?:approve|deny) [a-z0-9]{8}$/.test(data)) {
    return { ...ignored('a button that stands for nothing here'), press: { id: press, language } };
  }
  return {
    type: 'message',
    message: {
      id,
      ...placeOf(message),
      sender: senderOf(from),
      mentioned: true,
      pressed: true,
      text: data,
      language,
    },
    press: { id: press, language },
  };
}

/** A topic is a forum's; what Telegram calls a thread elsewhere is a chain of answers. */
function placeOf({
  chat,
  is_topic_message,
  message_id,
  message_thread_id,
}: TelegramMessage): Pick<ParsedMessage, 'chat' | 'replyTo'> {
  const isDirect = chat.type === 'private';
  const thread = is_topic_message ? message_thread_id : undefined;
  const replyTo: ReplyAddress = {
    chat: String(chat.id),
    ...(isDirect ? {} : { message: message_id }),
    ...(thread === undefined ? {} : { thread }),
  };
  return {
    chat: {
      id: String(chat.id),
      type: isDirect ? 'direct' : 'group',
      ...(isDirect || thread === undefined ? {} : { topic: String(thread) }),
    },
    replyTo,
  };
}

function senderOf({ first_name, id, last_name }: TelegramUser): ParsedMessage['sender'] {
  const name = messageText([first_name, last_name].filter(Boolean).join(' '), 256);
  return { id: String(id), ...(name === '' ? {} : { name }) };
}

function usualLanguage({ language_code }: TelegramUser): Language {
  return language_code?.startsWith('zh') ? 'zh' : 'en';
}

function rawOf({ chat, from, message_id, message_thread_id }: TelegramMessage, text?: string): JsonObject {
  return {
    message_id,
    chat: { id: chat.id, type: chat.type },
    from: from?.id ?? null,
    message_thread_id: message_thread_id ?? null,
    text: text ?? null,
  };
}

function unexpected(path: PropertyKey[] | undefined): Extract<Incoming, { type: 'ignored' }> {
  return ignored(`an update whose ${path?.join('.') || 'form'} is unexpected`);
}

function ignored(reason: string): Extract<Incoming, { type: 'ignored' }> {
  return { type: 'ignored', reason };
}
