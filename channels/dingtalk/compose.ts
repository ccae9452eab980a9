import { createHash } from 'node:crypto';
import type { Delivery, Language } from '../../contracts/index.ts';
import { languageOf } from '../language.ts';
import { plainText } from '../markdown/index.ts';
import { type DingtalkAccount, hasCards } from './account.ts';
import { approvalCard } from './approval-card.ts';
import type { NewCard } from './card.ts';
import { dingtalkMarkdown } from './dialect.ts';
import { parts } from './parts.ts';
import { type ReplyAddress, replyAddress } from './reply-address.ts';
import { titleOf } from './title.ts';

/** A message of its own. */
export interface MessageWords {
  as: 'message';
  to: ReplyAddress;
  /** What chat lists and notifications show of it. */
  title: string;
  /** In DingTalk's markdown, or plain. */
  text: string;
  isPlain: boolean;
  mention?: { id: string; name: string };
}

/** A card that is shown, written anew, or both. */
export interface CardWords {
  as: 'card';
  to: ReplyAddress;
  outTrackId: string;
  /** Absent: it is there already. */
  shown?: NewCard;
  content: string;
  /** Whether nothing is written to it afterwards. */
  isFinal: boolean;
  /** What is said when the platform does not take the card. */
  otherwise?: MessageWords;
}

export type Words = MessageWords | CardWords;

/** Bytes of a message: the OpenAPI takes 15,000 as JSON, title and braces included. */
const messageLimit = 12_000;
/** Bytes of a card's content, by the vendor's advice; what does not fit follows as messages. */
const cardLimit = 3_000;

const labels: Record<Language, { approve: string; deny: string }> = {
  en: { approve: 'Approve', deny: 'Deny' },
  zh: { approve: '批准', deny: '拒绝' },
};

/** The messages and cards that a delivery becomes. */
export function compose(delivery: Delivery, account: DingtalkAccount): Words[] {
  const to = replyAddress.parse(delivery.replyTo);
  // A session alone leads to people whom the OpenAPI, and with it cards, cannot reach.
  const withCards = hasCards(account) && to.to !== 'session';
  if (delivery.approval) return approvalWords(delivery, to, delivery.approval.id, withCards);
  if (withCards && (delivery.type === 'progress' || delivery.final)) return runWords(delivery, to);
  return delivery.edits === undefined || delivery.final ? messages(delivery, to) : [];
}

/** One card a run: its progress, which its answer takes the place of. */
function runWords(delivery: Delivery, to: ReplyAddress): Words[] {
  const { text, final, edits } = delivery;
  const [first = '', ...rest] = parts(text, cardLimit);
  const card: CardWords = {
    as: 'card',
    to,
    outTrackId: edits ?? runCard(delivery),
    content: dingtalkMarkdown(first),
    isFinal: final,
    ...(edits === undefined
      ? { shown: { title: titleOf(text), variables: {}, ...mentionOf(delivery) } }
      : {}),
    ...(edits === undefined || final ? { otherwise: message(first, delivery, to) } : {}),
  };
  if (!final) return [card];
  return [card, ...messages({ ...delivery, text: rest.join('\n\n') }, to, { mentions: false })];
}

function approvalWords(delivery: Delivery, to: ReplyAddress, approval: string, withCards: boolean): Words[] {
  const language = delivery.language ?? languageOf(delivery.text);
  const { approve, deny } = labels[language];
  const group = to.to === 'group' ? { group: to.conversation } : {};
  const outTrackId = withCards ? approvalCard({ approval, language, ...group }, delivery.key) : undefined;
  if (outTrackId === undefined) {
    // A link that says something in the reader's name works where nobody has to be mentioned.
    const links = `\n\n${say(approve, `/approve ${approval}`)}　${say(deny, `/deny ${approval}`)}`;
    return messages(delivery, to, to.to === 'group' ? {} : { links });
  }
  const [first = '', ...rest] = parts(delivery.text, cardLimit);
  const words: CardWords = {
    as: 'card',
    to,
    outTrackId,
    shown: { title: titleOf(delivery.text), variables: { approval, approve, deny }, ...mentionOf(delivery) },
    content: dingtalkMarkdown(first),
    isFinal: true,
    otherwise: message(first, delivery, to),
  };
  return [...messages({ ...delivery, text: rest.join('\n\n') }, to, { mentions: false }), words];
}

interface MessageOptions {
  mentions?: boolean;
  /** After the last one, in DingTalk's markdown. */
  links?: string;
}

function messages(
  delivery: Delivery,
  to: ReplyAddress,
  { mentions = true, links = '' }: MessageOptions = {},
): MessageWords[] {
  const all = parts(delivery.text, messageLimit);
  return all.map((part, index) => {
    const { mention, ...rest } = message(part, delivery, to, index === all.length - 1 ? links : '');
    return mentions && index === 0 && mention ? { ...rest, mention } : rest;
  });
}

function message(part: string, delivery: Delivery, to: ReplyAddress, links = ''): MessageWords {
  const plain = plainText(part).trim();
  // What has no marks is said as it is.
  const isPlain = links === '' && plain === part.trim();
  return {
    as: 'message',
    to,
    title: titleOf(part),
    text: isPlain ? plain : dingtalkMarkdown(part) + links,
    isPlain,
    ...mentionOf(delivery),
  };
}

function mentionOf({ asker }: Delivery): Pick<MessageWords, 'mention'> {
  return asker ? { mention: { id: asker.id, name: asker.name ?? asker.id } } : {};
}

/** The same at every delivery of a run. */
function runCard({ account, runId }: Delivery): string {
  return createHash('sha256').update(`${account}\0${runId}`).digest('base64url');
}

function say(label: string, text: string): string {
  return `[${label}](dtmd://dingtalkclient/sendMessage?content=${encodeURIComponent(text)})`;
}
