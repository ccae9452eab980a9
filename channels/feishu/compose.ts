import type { Delivery } from '../../contracts/index.ts';
import { languageOf } from '../language.ts';
import { plainText, renderMarkdown, splitMarkdown } from '../markdown/index.ts';
import { type CardParts, cardOf } from './card.ts';
import { feishuDialect } from './dialect.ts';
import { type ReplyAddress, replyAddress } from './reply-address.ts';

/** One message. `content` is JSON; its form depends on `type`. */
export interface Words {
  to: ReplyAddress;
  type: 'text' | 'post' | 'interactive';
  content: string;
  /** The message that it takes the place of, a card. */
  edits?: string;
}

/** A request may have 30 KB; what is around the content is less than the rest. */
const maximumContentBytes = 28_000;
/** For a mention, and a card's frame, summary and buttons. */
const reservedBytes = 3_000;
/** Of the markdown of one message; in the dialect it is seldom more than a third longer. */
const partBytes = 20_000;

/**
 * What a delivery says. A reply is text, or rich text where it has markup; progress is one card, which is changed;
 * an approval is a card with two buttons. Only the first message quotes what it answers, unless all are in a thread.
 */
export function compose(delivery: Delivery): Words[] {
  const to = replyAddress.parse(delivery.replyTo);
  const asker = delivery.asker?.id;
  const parts = partsOf(delivery.text);
  if (delivery.type === 'progress') {
    // It is passing: what does not fit into one card is in the answer.
    const [first = ''] = parts;
    return [
      { to, ...cardWords(cardParts(first, asker)), ...(delivery.edits ? { edits: delivery.edits } : {}) },
    ];
  }
  return parts.map((markdown, index) => ({
    to: index === 0 || to.thread ? to : { chat: to.chat },
    ...(delivery.approval && index === parts.length - 1
      ? cardWords({ ...cardParts(markdown, index === 0 ? asker : undefined), ...pressOf(delivery, to) })
      : textWords(markdown, index === 0 ? asker : undefined)),
  }));
}

function textWords(markdown: string, asker: string | undefined): Pick<Words, 'type' | 'content'> {
  const rendered = renderMarkdown(markdown, feishuDialect);
  const mention = asker === undefined ? '' : `<at user_id="${asker}"></at> `;
  // In a text some tags have a meaning too.
  if (rendered === plainText(markdown) && !rendered.includes('<')) {
    return { type: 'text', content: JSON.stringify({ text: mention + rendered }) };
  }
  const body = { content: [[{ tag: 'md', text: withMention(mention, rendered) }]] };
  return { type: 'post', content: JSON.stringify({ zh_cn: body }) };
}

function cardWords(parts: CardParts): Pick<Words, 'type' | 'content'> {
  return { type: 'interactive', content: JSON.stringify(cardOf(parts)) };
}

function cardParts(markdown: string, asker: string | undefined): CardParts {
  const rendered = renderMarkdown(markdown, feishuDialect);
  return {
    text: withMention(asker === undefined ? '' : `<at id=${asker}></at> `, rendered),
    summary: plainText(markdown),
  };
}

/** What begins a line in markdown (a heading, list, quote, fence or rule) begins its own below the mention. */
function withMention(mention: string, rendered: string): string {
  return mention !== '' && /^(?:[#>`-]|\d+\.)/.test(rendered)
    ? `${mention.trimEnd()}\n\n${rendered}`
    : mention + rendered;
}

function pressOf({ approval, language, text }: Delivery, to: ReplyAddress): Pick<CardParts, 'press'> {
  if (!approval) return {};
  const { group, thread, topic } = to;
  return {
    press: {
      approval: approval.id,
      language: language ?? languageOf(text),
      ...(group ? { group } : {}),
      ...(thread ? { thread } : {}),
      ...(topic === undefined ? {} : { topic }),
    },
  };
}

/** The markdown of each message. What grows in the dialect, as a drawn table may, is split again. */
function partsOf(text: string, limit: number = partBytes): string[] {
  return splitMarkdown(text, limit, bytesOf).flatMap((part) =>
    limit < 1_000 || bytesOf(renderMarkdown(part, feishuDialect)) <= maximumContentBytes - reservedBytes
      ? [part]
      : partsOf(part, limit / 2),
  );
}

/** As JSON within JSON. */
function bytesOf(text: string): number {
  return Buffer.byteLength(JSON.stringify(JSON.stringify(text)));
}
