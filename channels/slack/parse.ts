import type { Attachment } from '../../contracts/index.ts';
import type { ParsedMessage } from '../channel.ts';
import { languageOf } from '../language.ts';
import { messageText } from '../message-text.ts';
import type { ReplyAddress } from './account.ts';
import {
  type BlockActions,
  blockActions,
  type EventCallback,
  eventCallback,
  type MessageEvent,
  messageEvent,
  type SlackFile,
} from './event.ts';
import { mentions, readableText } from './readable-text.ts';

/** What a payload is, however it came. */
export type Incoming =
  | { type: 'message'; message: ParsedMessage }
  | { type: 'ignored'; reason: string }
  | { type: 'malformed'; detail: string };

/** Those under which a person says something; others tell of changes, joins and the like. */
const spokenSubtypes: ReadonlySet<string | undefined> = new Set([
  undefined,
  'file_share',
  'thread_broadcast',
  'bot_message',
]);
const maximumAttachments = 20;

/** Reads the payload of a callback or of a Socket Mode envelope. */
export function readPayload(payload: unknown): Incoming {
  const pressed = blockActions.safeParse(payload);
  if (pressed.success) return readPress(pressed.data);
  const callback = eventCallback.safeParse(payload);
  if (!callback.success) return { type: 'malformed', detail: 'This is no event that Slack sends.' };
  const kind = callback.data.event.type;
  if (kind !== 'message' && kind !== 'app_mention') {
    return { type: 'ignored', reason: `an event of type ${kind}` };
  }
  const subtype = callback.data.event.subtype;
  if (!spokenSubtypes.has(typeof subtype === 'string' ? subtype : undefined)) {
    return { type: 'ignored', reason: `a message of subtype ${String(subtype).slice(0, 50)}` };
  }
  const event = messageEvent.safeParse(callback.data.event);
  if (!event.success)
    return { type: 'malformed', detail: `${event.error.issues[0]?.path.join('.')}: unexpected` };
  return { type: 'message', message: messageOf(event.data, callback.data) };
}

/** A mention comes as two events, of one message: channel and `ts` name it. */
function messageOf(event: MessageEvent, { authorizations }: EventCallback): ParsedMessage {
  const { bot_id, channel, files, text: written, thread_ts, ts, type, user } = event;
  const bot = authorizations?.find(({ is_bot }) => is_bot !== false)?.user_id;
  const isDirect = channel.startsWith('D');
  const text = messageText(readableText(written ?? '', bot));
  const topic = thread_ts ?? ts;
  const attachments = (files ?? []).slice(0, maximumAttachments).map(attachmentOf);
  const replyTo: ReplyAddress = { channel, ...(isDirect && !thread_ts ? {} : { thread: topic }) };
  return {
    id: `${channel}:${ts}`,
    chat: { id: channel, type: isDirect ? 'direct' : 'group', ...(isDirect ? {} : { topic }) },
    sender: { id: user ?? bot_id ?? 'unknown' },
    mentioned: isDirect || type === 'app_mention' || mentions(written ?? '', bot),
    ...(bot_id || !user ? { fromBot: true } : {}),
    text,
    language: languageOf(text),
    ...(attachments.length > 0 ? { attachments } : {}),
    ...(thread_ts !== undefined && thread_ts !== ts ? { quotes: thread_ts } : {}),
    replyTo,
    raw: { type, channel, ts, user: user ?? null, text: written ?? null, files: (files ?? []).length },
  };
}

function attachmentOf({
  id,
  mimetype,
  name,
  size,
  url_private,
  url_private_download,
}: SlackFile): Attachment {
  const kind = (['image', 'audio', 'video'] as const).find((one) => mimetype?.startsWith(`${one}/`));
  const url = url_private_download ?? url_private;
  return {
    kind: kind ?? 'file',
    ...(name ? { name: name.slice(0, 256) } : {}),
    ...(mimetype ? { mimeType: mimetype.slice(0, 128) } : {}),
    ...(size ? { bytes: size } : {}),
    source: { id, ...(url ? { url } : {}) },
  };
}

/** A button's value is the command that it stands for. */
function readPress({ actions, channel, message, user }: BlockActions): Incoming {
  const [action] = actions;
  const text = action?.value ?? '';
  if (!action || !/^\/(approve|deny) [a-z0-9]{8}$/.test(text)) {
    return { type: 'ignored', reason: 'a button that stands for nothing here' };
  }
  const isDirect = channel.id.startsWith('D');
  const thread = message.thread_ts ?? (isDirect ? undefined : message.ts);
  const replyTo: ReplyAddress = { channel: channel.id, ...(thread === undefined ? {} : { thread }) };
  return {
    type: 'message',
    message: {
      id: `${channel.id}:${message.ts}:${action.action_ts}`,
      chat: {
        id: channel.id,
        type: isDirect ? 'direct' : 'group',
        ...(isDirect || thread === undefined ? {} : { topic: thread }),
      },
      sender: { id: user.id, ...(user.name ? { name: user.name } : {}) },
      mentioned: true,
      pressed: true,
      text,
      language: 'en',
      replyTo,
    },
  };
}
