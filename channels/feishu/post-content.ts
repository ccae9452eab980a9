import { z } from 'zod';

/** A rich text that was received: https://open.feishu.cn/document/server-docs/im-v1/message-content-description/message_content */
const element = z.looseObject({ tag: z.string(), text: z.string().optional() });
const body = z.object({ title: z.string().optional(), content: z.array(z.array(element)) });
/** Messages that programs sent may have a body for each language. */
const post = z.union([body, z.record(z.string(), body).transform((byLocale) => Object.values(byLocale)[0])]);

type Element = z.infer<typeof element>;

export interface PostText {
  /** Markdown. */
  text: string;
  images: string[];
  files: string[];
}

/** A rich text as markdown, with the keys of mentions left in, and the keys of its images and videos. Throws `ZodError`. */
export function postText(content: unknown): PostText {
  const { title = '', content: paragraphs = [] } = post.parse(content) ?? {};
  const lines = paragraphs.map((paragraph) => paragraph.map(elementText).join(''));
  const elements = paragraphs.flat();
  return {
    text: [title, ...lines].join('\n').trim(),
    images: keys(elements, 'img', 'image_key'),
    files: keys(elements, 'media', 'file_key'),
  };
}

function elementText({ tag, text = '', ...rest }: Element): string {
  const field = (name: string) => (typeof rest[name] === 'string' ? rest[name] : '');
  switch (tag) {
    case 'a':
      return field('href') && field('href') !== text ? `[${text}](${field('href')})` : text;
    case 'at':
      // `@_user_1`, or the id of whoever is mentioned where a program wrote it.
      return field('user_id').startsWith('@_') ? field('user_id') : `@${field('user_name')}`;
    case 'code_block':
      return `\n\`\`\`${field('language').toLowerCase()}\n${text}\n\`\`\`\n`;
    case 'emotion':
      return `[${field('emoji_type')}]`;
    case 'hr':
      return '\n---\n';
    default:
      return text;
  }
}

function keys(elements: Element[], tag: string, field: string): string[] {
  return elements.flatMap((one) => {
    const value = one.tag === tag ? one[field] : undefined;
    return typeof value === 'string' && value !== '' ? [value.slice(0, 256)] : [];
  });
}
