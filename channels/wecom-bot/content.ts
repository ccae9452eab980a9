import { z } from 'zod';
import type { Attachment } from '../../contracts/index.ts';

const words = z.object({ content: z.string() });
/** A file of five minutes, encrypted: with a key of its own over a long connection, with the account's by callback. */
const file = z.object({ url: z.string().max(4_000), aeskey: z.string().max(100).optional() });
const mixed = z.object({
  msg_item: z
    .array(z.object({ msgtype: z.string().max(40), text: words.optional(), image: file.optional() }))
    .max(100),
});
const parts = {
  text: words.optional(),
  voice: words.optional(),
  image: file.optional(),
  file: file.optional(),
  video: file.optional(),
  mixed: mixed.optional(),
};

/** What a message may be made of, and what it may quote. */
export const content = z.object({
  ...parts,
  quote: z.object({ msgtype: z.string().max(40), ...parts }).optional(),
});
export type Content = z.infer<typeof content>;
type Parts = Omit<Content, 'quote'>;

const maximumAttachments = 20;
const attachmentKinds = { image: 'image', file: 'file', video: 'video' } as const;
type FileType = keyof typeof attachmentKinds;

/** The words and the files of a message. Of what there are no words for, at least what it was. */
export function contentOf(
  msgtype: string,
  given: Content,
  inGroup: boolean,
): { text: string; attachments: Attachment[]; hasWords: boolean } {
  const attachments = [...filesOf(given), ...(given.quote ? filesOf(given.quote) : [])].slice(
    0,
    maximumAttachments,
  );
  const said = wordsOf(given).trim();
  const text = inGroup ? withoutMention(said) : said;
  if (said === '' && attachments.length === 0) {
    return { text: `[${msgtype}]`, attachments, hasWords: false };
  }
  return { text: quoted(given, text), attachments, hasWords: said !== '' };
}

function wordsOf({ text, voice, mixed: items }: Parts): string {
  const inItems = items?.msg_item.flatMap((item) => (item.text ? [item.text.content] : [])) ?? [];
  return [text?.content, voice?.content, ...inItems].filter((part) => part).join('\n');
}

function filesOf({ mixed: items, ...single }: Parts): Attachment[] {
  const images = items?.msg_item.flatMap(({ image }) => (image ? [attachmentOf('image', image)] : [])) ?? [];
  const types: FileType[] = ['image', 'file', 'video'];
  return [...types.flatMap((type) => (single[type] ? [attachmentOf(type, single[type])] : [])), ...images];
}

function attachmentOf(type: FileType, { url, aeskey }: z.infer<typeof file>): Attachment {
  return { kind: attachmentKinds[type], source: { url, ...(aeskey === undefined ? {} : { aeskey }) } };
}

/** What was answered to stands before an answer, except before a command, which has to come first. */
function quoted({ quote }: Content, text: string): string {
  const before = quote ? wordsOf(quote).trim() : '';
  if (before === '' || text.startsWith('/')) return text;
  return `${before.replace(/^/gm, '> ')}\n\n${text}`;
}

/** The bot's name is not known here: one mention, at the beginning, is taken for it; among several it stays. */
function withoutMention(text: string): string {
  return (text.match(/@\S/g) ?? []).length === 1 ? text.replace(/^@\S+\s+/, '') : text;
}
