import type { z } from 'zod';
import type { ParsedMessage } from '../channel.ts';
import { languageOf } from '../language.ts';
import { messageText } from '../message-text.ts';
import { type FeishuAccount, usualLanguage } from './account.ts';
import { readContent } from './content.ts';
import type { messageEvent } from './event.ts';
import { ownMention, withNames } from './mentions.ts';
import type { ReplyAddress } from './reply-address.ts';

/** As many as a message may have in it. */
const maximumAttachments = 20;

/**
 * What somebody wrote. `bot`: the account's own open_id, where it is known. Undefined when it does not say who wrote.
 * Every group message has a topic: the one that it belongs to, or could begin.
 */
export function parseMessage(
  { sender, message }: z.infer<typeof messageEvent>,
  account: FeishuAccount,
  bot?: string,
): ParsedMessage | undefined {
  const { open_id, union_id, user_id } = sender.sender_id;
  const senderId = open_id ?? union_id ?? user_id;
  if (senderId === undefined) return undefined;
  const { message_id: id, root_id: topic = id, parent_id: parent, chat_id: chat } = message;
  const mentions = message.mentions ?? [];
  const isOwn = ownMention(bot);
  const content = readContent(message.message_type, message.content, id);
  const text = messageText(withNames(content.text, mentions, isOwn));
  const isGroup = message.chat_type !== 'p2p';
  const inThread = isGroup && (message.thread_id !== undefined || account.groups.scope === 'topic');
  const replyTo: ReplyAddress = {
    chat,
    message: id,
    ...(inThread ? { thread: true } : {}),
    ...(isGroup ? { group: true, topic } : {}),
  };
  return {
    id,
    sender: { id: senderId },
    text,
    language: content.isStandIn || !/\p{L}/u.test(text) ? usualLanguage(account) : languageOf(text),
    ...(content.attachments.length > 0
      ? { attachments: content.attachments.slice(0, maximumAttachments) }
      : {}),
    ...(parent === undefined ? {} : { quotes: parent }),
    replyTo,
    chat: isGroup ? { id: chat, type: 'group', topic } : { id: chat, type: 'direct' },
    mentioned: !isGroup || mentions.some(isOwn),
    ...(sender.sender_type === 'user' ? {} : { fromBot: true }),
  };
}
