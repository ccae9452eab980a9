import type { Delivery } from '../../contracts/index.ts';
import { languageOf } from '../language.ts';
import { plainText, renderMarkdown, splitMarkdown } from '../markdown/index.ts';
import { type ReplyAddress, replyAddress } from './account.ts';
import { escaped, telegramDialect } from './dialect.ts';

/** One message; `plain` is said where Telegram does not take the markup. */
export interface Words {
  to: ReplyAddress;
  html: string;
  plain: string;
  buttons?: Button[];
  /** The message that it takes the place of. */
  edits?: number;
}

interface Button {
  text: string;
  callback_data: string;
}

/** Telegram takes 4,096 UTF-16 units without the markup; with it is less to count, and enough. */
const partUnits = 3_900;
const labels = {
  en: { approve: '✓ Approve', deny: '✗ Deny' },
  zh: { approve: '✓ 同意', deny: '✗ 拒绝' },
};

/** The messages of a delivery: progress is one, an approval's last has buttons, the first quotes what it answers. */
export function compose(delivery: Delivery): Words[] {
  const to = replyAddress.parse(delivery.replyTo);
  const mention = mentionOf(delivery.asker);
  const parts = splitMarkdown(delivery.text, partUnits - mention.html.length, renderedLength);
  const { message: _, ...chat } = to;
  const words = parts.map(
    (markdown, index): Words => ({
      to: index === 0 ? to : chat,
      html: (index === 0 ? mention.html : '') + renderMarkdown(markdown, telegramDialect),
      plain: (index === 0 ? mention.plain : '') + plainText(markdown),
    }),
  );
  if (delivery.type === 'progress') {
    const edits = Number(delivery.edits);
    return words
      .slice(0, 1)
      .map((one) => ({ ...one, ...(delivery.edits && Number.isSafeInteger(edits) ? { edits } : {}) }));
  }
  const last = words.at(-1);
  if (last && delivery.approval) last.buttons = buttonsOf(delivery);
  return words;
}

function mentionOf(asker: Delivery['asker']): { html: string; plain: string } {
  if (!asker || !/^\d{1,20}$/.test(asker.id)) return { html: '', plain: '' };
  const name = (asker.name || asker.id).slice(0, 64);
  return { html: `<a href="tg://user?id=${asker.id}">${escaped(name)}</a> `, plain: `${name}: ` };
}

function buttonsOf({ approval, language, text }: Delivery): Button[] {
  const { approve, deny } = labels[language ?? languageOf(text)];
  return [
    { text: approve, callback_data: `/approve ${approval?.id}` },
    { text: deny, callback_data: `/deny ${approval?.id}` },
  ];
}

function renderedLength(markdown: string): number {
  return renderMarkdown(markdown, telegramDialect).length;
}
