import { z } from 'zod';
import type { Delivery, JsonObject } from '../../contracts/index.ts';
import { languageOf } from '../language.ts';
import { plainText, renderMarkdown, splitMarkdown, utf8Bytes } from '../markdown/index.ts';
import { approvalCard } from './card.ts';
import { appDialect } from './dialect.ts';

/** One message of an app: whom it is for, and what it is made of. */
export interface Words {
  user: string;
  message: JsonObject;
}

const replyAddress = z.object({ user: z.string().min(1) });

/** Of a text and of markdown, in UTF-8: https://developer.work.weixin.qq.com/document/path/90236 */
const maximumBytes = 2_048;
/** No part this short grows beyond the maximum. */
const minimumBytes = 64;

/** A delivery as messages to a member; an approval's buttons come under its text. */
export function compose({ replyTo, text, approval, key, language = languageOf(text) }: Delivery): Words[] {
  const { user } = replyAddress.parse(replyTo);
  const messages = partsOf(text).map(messageOf);
  if (approval) {
    messages.push({ msgtype: 'template_card', template_card: approvalCard(approval.id, key, language) });
  }
  return messages.map((message) => ({ user, message }));
}

/** What has no markup goes as text, which the WeChat plugin shows too; markdown it does not. */
function messageOf(markdown: string): JsonObject {
  const text = plainText(markdown);
  if (text === markdown.trim()) return { msgtype: 'text', text: { content: text } };
  return { msgtype: 'markdown', markdown: { content: renderMarkdown(markdown, appDialect) } };
}

/** Rendered, a part may be longer than it was: then it is split again. To render for every cut would take seconds. */
function partsOf(markdown: string, limit: number = maximumBytes): string[] {
  return splitMarkdown(markdown, limit, utf8Bytes).flatMap((part) => {
    const fits = utf8Bytes(renderMarkdown(part, appDialect)) <= maximumBytes;
    return fits || limit < minimumBytes ? [part] : partsOf(part, limit / 2);
  });
}
