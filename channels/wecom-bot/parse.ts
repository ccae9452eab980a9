import { z } from 'zod';
import type { Attachment } from '../../contracts/index.ts';
import type { ParsedMessage } from '../channel.ts';
import { languageOf } from '../language.ts';
import { messageText } from '../message-text.ts';
import { type Press, pressOf } from '../wecom/card.ts';
import type { BotAccount } from './account.ts';
import { content, contentOf } from './content.ts';
import type { ReplyAddress } from './reply-address.ts';
import { isVendorAddress, responseUrlLifeMs } from './response-urls.ts';

const id = z.string().min(1).max(200);

/** A message or an event: https://developer.work.weixin.qq.com/document/path/100719, …/101027 */
const callback = z.object({
  msgid: z.string().min(1).max(256),
  aibotid: z.string().max(200).optional(),
  chatid: id.optional(),
  chattype: z.enum(['single', 'group']).default('single'),
  from: z.object({ userid: id }),
  msgtype: z.string().regex(/^[a-z_]{1,40}$/),
  response_url: z.string().max(2_000).optional(),
  event: z
    .object({
      eventtype: z.string().max(100),
      template_card_event: z
        .object({ event_key: z.string().max(1_024).optional(), task_id: z.string().max(128).optional() })
        .optional(),
    })
    .optional(),
  ...content.shape,
});
type Callback = z.infer<typeof callback>;

/** What the parties to a long connection know a callback by: an answer to it repeats it. */
export interface Frame {
  reqId?: string;
}

export type Parsed =
  | { type: 'message'; message: ParsedMessage; press?: Press & { taskId: string } }
  /** `event`: its type. */
  | { type: 'ignored'; reason: string; event?: string }
  | { type: 'invalid'; detail: string }
  | { type: 'foreign' };

/** Reads a callback, however it came. `foreign`: it is for another bot than the account's. `now` in milliseconds. */
export function parse(body: unknown, account: BotAccount, now: number, { reqId }: Frame = {}): Parsed {
  const result = callback.safeParse(body);
  if (!result.success) {
    const names = result.error.issues.map(({ path }) => path.join('.') || 'the body');
    return { type: 'invalid', detail: `The JSON is not a message: ${names.join(', ')}` };
  }
  const given = result.data;
  if (account.botId !== undefined && given.aibotid !== undefined && given.aibotid !== account.botId) {
    return { type: 'foreign' };
  }
  const common = commonOf(given, replyAddressOf(given, account, now, reqId));
  if (given.msgtype === 'event') return eventOf(given, common);
  // The platform asks for more of a stream; none is left open for it.
  if (given.msgtype === 'stream') return { type: 'ignored', reason: 'a request for more of a stream' };
  const { text, attachments, hasWords } = contentOf(given.msgtype, given, given.chattype === 'group');
  const files: { attachments?: Attachment[] } = attachments.length > 0 ? { attachments } : {};
  const language = hasWords ? languageOf(text) : 'zh';
  return {
    type: 'message',
    message: { ...common, text: messageText(text), language, ...files },
  };
}

type Common = Omit<ParsedMessage, 'text' | 'language'>;

function eventOf({ event }: Callback, common: Common): Parsed {
  const { event_key: key, task_id: taskId } = event?.template_card_event ?? {};
  const press = pressOf(key);
  if (press && taskId !== undefined) {
    const { command: text, language } = press;
    return {
      type: 'message',
      message: { ...common, text, language, pressed: true },
      press: { ...press, taskId },
    };
  }
  const name = event?.eventtype ?? 'unnamed';
  return { type: 'ignored', reason: `an event: ${name}`, event: name };
}

function commonOf({ msgid, chattype, chatid, from, ...rest }: Callback, replyTo: ReplyAddress): Common {
  return {
    id: msgid,
    chat: { id: replyTo.chat, type: chattype === 'group' ? 'group' : 'direct' },
    sender: { id: from.userid },
    // In a group only what mentions the bot comes here.
    mentioned: true,
    replyTo,
    raw: {
      msgid,
      chattype,
      msgtype: rest.msgtype,
      ...(chatid === undefined ? {} : { chatid }),
      ...(rest.event ? { event: rest.event.eventtype } : {}),
    },
  };
}

/** `response_url` takes one message within the hour, and is kept only where it leads to the platform. */
function replyAddressOf(given: Callback, account: BotAccount, now: number, reqId?: string): ReplyAddress {
  const { chattype, chatid, from, response_url: url } = given;
  const chat = chattype === 'group' && chatid !== undefined ? `group:${chatid}` : `user:${from.userid}`;
  return {
    chat,
    ...(reqId === undefined ? {} : { reqId }),
    ...(url !== undefined && isVendorAddress(url, account)
      ? { responseUrl: url, expires: now + responseUrlLifeMs }
      : {}),
  };
}
