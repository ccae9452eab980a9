import type { Attachment } from '../../contracts/index.ts';
import { messageText } from '../message-text.ts';
import type { RobotMessage } from './robot-message.ts';

interface Contents {
  text: string;
  attachments: Attachment[];
}

const attachmentLimit = 20;
const nameLimit = 200;

/** What a message says and brings along. A kind of message that nobody told us of is named, so that it can be answered. */
export function contentsOf(message: RobotMessage): Contents {
  const { msgtype, text, content } = message;
  const file = (kind: Attachment) => attachmentOf(content?.downloadCode, kind);
  switch (msgtype) {
    case 'text':
      return { text: clean(text?.content), attachments: [] };
    case 'richText':
      return richText(message);
    case 'picture':
      return { text: '', attachments: file({ kind: 'image' }) };
    case 'audio':
      return { text: clean(content?.recognition), attachments: file({ kind: 'audio' }) };
    case 'video':
      return { text: '', attachments: file({ kind: 'video', ...mimeType('video', content?.videoType) }) };
    case 'file':
      return { text: '', attachments: file({ kind: 'file', ...named(content?.fileName) }) };
    default:
      return { text: `[${msgtype.replace(/[^\w-]/g, '') || '?'}]`, attachments: [] };
  }
}

/** In a group the mention of the robot is the first part: it is not meant for anybody. */
function richText({ content, conversationType }: RobotMessage): Contents {
  const parts = content?.richText ?? [];
  const isMention = conversationType === '2' && /^\s*@\S+\s*$/.test(parts[0]?.text ?? '');
  const texts = parts.slice(isMention ? 1 : 0).flatMap(({ text }) => text ?? []);
  const pictures = parts.flatMap(({ downloadCode }) => attachmentOf(downloadCode, { kind: 'image' }));
  return { text: clean(texts.join('')), attachments: pictures.slice(0, attachmentLimit) };
}

function attachmentOf(downloadCode: string | null | undefined, kind: Attachment): Attachment[] {
  return downloadCode ? [{ ...kind, source: { downloadCode } }] : [];
}

function named(name: string | null | undefined): Pick<Attachment, 'name'> {
  return name ? { name: messageText(name.slice(-nameLimit)) } : {};
}

function mimeType(kind: string, type: string | null | undefined): Pick<Attachment, 'mimeType'> {
  return type && /^[\w.+-]+$/.test(type) ? { mimeType: `${kind}/${type}` } : {};
}

/** In groups a text begins with the blank that stood behind the mention. */
function clean(text: string | null | undefined): string {
  return messageText(text ?? '').trim();
}
