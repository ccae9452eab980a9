import { createHash } from 'node:crypto';
import type { Delivery, JsonObject, Language } from '../../contracts/index.ts';
import { languageOf } from '../language.ts';
import { splitMarkdown, utf8Bytes } from '../markdown/index.ts';
import { approvalCard } from '../wecom/card.ts';
import type { BotAccount } from './account.ts';
import { type ReplyAddress, replyAddress } from './reply-address.ts';

/** A state of the one message that an answer streams into: progress, and at last the answer. */
export interface StreamState {
  id: string;
  finish: boolean;
  content: string;
}

/** One thing to say: a state of a stream, or a message of its own. */
export interface Words {
  address: ReplyAddress;
  say: { type: 'stream'; stream: StreamState } | { type: 'message'; message: JsonObject };
}

/** Of markdown and of a stream, in UTF-8: https://developer.work.weixin.qq.com/document/path/101031 */
const maximumBytes = 20_480;

const cut: Record<Language, string> = {
  en: '\n\n*(Cut off here: the platform takes one message for an answer.)*',
  zh: '\n\n*（此处截断：平台对每个提问只接受一条回复。）*',
};

/**
 * A delivery as a bot says it. Over a long connection progress and answer share one message, what is longer follows
 * in others, and approvals have a card with buttons. By callback there is one message for each that came: no progress,
 * and the text of an approval, which says what to answer, rather than a card that could not hold it.
 */
export function compose(delivery: Delivery, { mode }: BotAccount): Words[] {
  const address = replyAddress.parse(delivery.replyTo);
  const { type, final, approval, key, language = languageOf(delivery.text) } = delivery;
  const text = mentioning(delivery.asker?.id, withoutMentions(delivery.text));
  if (mode === 'webhook') {
    if (type === 'progress') return [];
    const message = markdown(wholeOrCut(text, language));
    return [{ address, say: { type: 'message', message } }];
  }
  const parts = splitMarkdown(text, maximumBytes, utf8Bytes);
  const says = parts.map((part, index): Words['say'] => {
    const streams =
      address.reqId !== undefined && index === 0 && (type === 'progress' || (type === 'reply' && final));
    if (!streams) return { type: 'message', message: markdown(part) };
    return { type: 'stream', stream: { id: streamIdOf(delivery, address), finish: final, content: part } };
  });
  if (approval) {
    const template_card = approvalCard(approval.id, key, language);
    says.push({ type: 'message', message: { msgtype: 'template_card', template_card } });
  }
  return says.map((say) => ({ address, say }));
}

/** Who asked is told where others listen; what begins with markup begins a line of its own. */
function mentioning(user: string | undefined, text: string): string {
  if (user === undefined) return text;
  return `<@${user}>${/^[\p{L}\p{N}]/u.test(text) && !/^\d+[.)]/.test(text) ? ' ' : '\n\n'}${text}`;
}

/** Nobody is called by what a model wrote. */
function withoutMentions(text: string): string {
  return text.replaceAll('<@', '<\u200b@');
}

/** The same for all that one run says to one message. */
function streamIdOf({ runId }: Delivery, { reqId = '' }: ReplyAddress): string {
  return createHash('sha256').update(`${runId}\0${reqId}`).digest('hex').slice(0, 32);
}

function wholeOrCut(text: string, language: Language): string {
  if (utf8Bytes(text) <= maximumBytes) return text;
  const [first = ''] = splitMarkdown(text, maximumBytes - utf8Bytes(cut[language]), utf8Bytes);
  return first + cut[language];
}

function markdown(content: string): JsonObject {
  return { msgtype: 'markdown', markdown: { content } };
}
