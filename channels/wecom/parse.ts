import { z } from 'zod';
import type { Attachment, JsonObject } from '../../contracts/index.ts';
import type { ParsedMessage } from '../channel.ts';
import { languageOf } from '../language.ts';
import { messageText } from '../message-text.ts';
import type { WecomAccount } from './account.ts';
import { type Press, pressOf } from './card.ts';
import { readXml } from './xml.ts';

const id = z.string().trim().min(1).max(200);
const line = z.string().max(2_000).optional();

/** What all messages and events have, and what some have: https://developer.work.weixin.qq.com/document/path/90239 */
const callback = z.object({
  ToUserName: id,
  FromUserName: id,
  CreateTime: z
    .string()
    .trim()
    .regex(/^\d{1,12}$/),
  MsgType: z
    .string()
    .trim()
    .toLowerCase()
    .pipe(z.string().regex(/^[a-z_]{1,40}$/)),
  MsgId: z
    .string()
    .trim()
    .regex(/^\d{1,40}$/)
    .optional(),
  AgentID: z.string().trim().max(20).optional(),
  Content: z.string().optional(),
  MediaId: line,
  Recognition: z.string().optional(),
  Title: line,
  Description: line,
  Url: line,
  Label: line,
  Location_X: line,
  Location_Y: line,
  Event: z.string().trim().max(100).optional(),
  EventKey: line,
  TaskId: line,
});
type Callback = z.infer<typeof callback>;

export type Parsed =
  | { type: 'message'; message: ParsedMessage; press?: Press }
  | { type: 'ignored'; reason: string }
  | { type: 'invalid'; detail: string }
  | { type: 'foreign' };

/** Reads what a callback had inside. `foreign`: it is for another corp or app than the account's. */
export function parse(text: string, account: WecomAccount): Parsed {
  const fields = readXml(text);
  if (!fields) return { type: 'invalid', detail: 'What was encrypted is not XML as the platform writes it.' };
  const result = callback.safeParse(fields);
  if (!result.success) {
    const names = result.error.issues.map(({ path }) => path.join('.'));
    return { type: 'invalid', detail: `The XML is not a message: ${names.join(', ')}` };
  }
  const { ToUserName, AgentID, MsgType } = result.data;
  const isOwn = ToUserName === account.corpId && [undefined, '', String(account.agentId)].includes(AgentID);
  if (!isOwn) return { type: 'foreign' };
  return MsgType === 'event' ? eventOf(result.data) : { type: 'message', message: messageOf(result.data) };
}

function messageOf(given: Callback): ParsedMessage {
  const { text, attachment } = contentOf(given);
  return { ...commonOf(given, text), ...(attachment ? { attachments: [attachment] } : {}) };
}

function eventOf(given: Callback): Parsed {
  const press = given.Event === 'template_card_event' ? pressOf(given.EventKey) : undefined;
  if (!press) return { type: 'ignored', reason: `an event: ${given.Event ?? 'unnamed'}` };
  const { command, language } = press;
  return { type: 'message', message: { ...commonOf(given, command), language, pressed: true }, press };
}

function commonOf(given: Callback, text: string): ParsedMessage {
  const { FromUserName: user, CreateTime, MsgId, TaskId, MsgType, Event, EventKey } = given;
  return {
    // Events have no id of their own.
    id: MsgId ?? [user, CreateTime, ...(TaskId ? [TaskId.slice(0, 128)] : [])].join(':').slice(0, 256),
    chat: { id: user, type: 'direct' },
    sender: { id: user },
    text,
    // A picture says nothing of its sender's language; Chinese is where the platform is at home.
    language: given.Content === undefined ? 'zh' : languageOf(text),
    mentioned: true,
    replyTo: { user },
    raw: rawOf({ MsgType, MsgId, CreateTime, Event, EventKey }),
  };
}

function rawOf(fields: Record<string, string | undefined>): JsonObject {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

const attachmentKinds: Record<string, Attachment['kind']> = {
  image: 'image',
  voice: 'audio',
  video: 'video',
  shortvideo: 'video',
  file: 'file',
};

/** What somebody said; of what there are no words for, at least what it was. */
function contentOf(given: Callback): { text: string; attachment?: Attachment } {
  const { MsgType, MediaId, Content, Recognition } = given;
  const kind = attachmentKinds[MsgType];
  if (kind && MediaId) {
    const attachment: Attachment = { kind, source: { mediaId: MediaId } };
    return { text: messageText(Recognition ?? ''), attachment };
  }
  if (MsgType === 'text') return { text: messageText((Content ?? '').trim()) };
  const lines = [given.Title, given.Description, given.Label, given.Url, coordinatesOf(given)];
  return { text: messageText([`[${MsgType}]`, ...lines.filter((part) => part)].join('\n')) };
}

function coordinatesOf({ Location_X: x, Location_Y: y }: Callback): string | undefined {
  return x && y ? `${x}, ${y}` : undefined;
}
