import type { z } from 'zod';
import { type JsonObject, jsonObject } from '../../contracts/index.ts';
import type { ParsedMessage } from '../channel.ts';
import { languageOf } from '../language.ts';
import { messageText } from '../message-text.ts';
import { type DingtalkAccount, robotCodeOf } from './account.ts';
import { contentsOf } from './contents.ts';
import { chatId, type ReplyAddress, sessionOf } from './reply-address.ts';
import { type RobotMessage, robotMessage } from './robot-message.ts';

/** What became of the body of a callback, or the data of a frame. */
export type Parsed =
  | { type: 'message'; message: ParsedMessage }
  | { type: 'ignored'; reason: string }
  | { type: 'invalid'; detail: string };

/** Reads what somebody says to the robot. */
export function parseMessage(body: unknown, account: DingtalkAccount): Parsed {
  const result = robotMessage.safeParse(body);
  if (!result.success) return { type: 'invalid', detail: describe(result.error) };
  const message = result.data;
  if (message.robotCode && message.robotCode !== robotCodeOf(account)) {
    return { type: 'invalid', detail: 'It is for another robot: compare its RobotCode with `robotCode`.' };
  }
  if (message.errorMessage) {
    return { type: 'ignored', reason: 'DingTalk withholds the message: the organisation used up its quota' };
  }
  const { text, attachments } = contentsOf(message);
  if (text === '' && attachments.length === 0) return { type: 'ignored', reason: 'the message is empty' };
  const isGroup = message.conversationType === '2';
  const address = addressFrom(message, account, isGroup);
  return {
    type: 'message',
    message: {
      id: message.msgId,
      chat: { id: chatId(address, message.conversationId), type: isGroup ? 'group' : 'direct' },
      // A group's messages come only when they mention the robot.
      mentioned: !isGroup || (message.isInAtList ?? true),
      sender: senderOf(message),
      text,
      // Where nothing is said, what most people speak there.
      language: /\p{L}/u.test(text) ? languageOf(text) : 'zh',
      ...(attachments.length > 0 ? { attachments } : {}),
      ...(message.text?.repliedMsg?.msgId ? { quotes: message.text.repliedMsg.msgId } : {}),
      ...(message.senderId === message.chatbotUserId ? { fromBot: true } : {}),
      replyTo: address,
      raw: withoutAddress(body),
    },
  };
}

export function describe(error: z.ZodError): string {
  return error.issues.map(({ path, message }) => `${path.join('.') || 'the body'}: ${message}`).join('; ');
}

function addressFrom(message: RobotMessage, account: DingtalkAccount, isGroup: boolean): ReplyAddress {
  const found = sessionOf(account, message.sessionWebhook, message.sessionWebhookExpiredTime);
  const session = found ? { session: found } : {};
  if (isGroup) return { to: 'group', conversation: message.conversationId, ...session };
  const staff = message.senderStaffId;
  return staff ? { to: 'person', staff, ...session } : { to: 'session', ...session };
}

function senderOf({ senderStaffId, senderId, senderNick }: RobotMessage): ParsedMessage['sender'] {
  const name = messageText(senderNick ?? '', 100);
  return { id: senderStaffId || senderId, ...(name ? { name } : {}) };
}

function withoutAddress(body: unknown): JsonObject {
  const { sessionWebhook: _, ...rest } = jsonObject.safeParse(body).data ?? {};
  return rest;
}
