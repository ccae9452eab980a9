import type { Delivery } from '../../contracts/index.ts';
import { languageOf } from '../language.ts';
import { plainText, renderMarkdown, splitMarkdown } from '../markdown/index.ts';
import { type ReplyAddress, replyAddress } from './account.ts';
import { escaped, linked, telegramDialect, visibleLength } from './dialect.ts';

/** One message: as HTML, and as what is said instead when Telegram does not take that. */
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
  /** The command that it stands for. */
  data: string;
}

/** Of what a reader sees, in UTF-16 units: a message may have 4,096, its plain form too. */
const partUnits = 4_000;
const labels = {
  en: { approve: '✅ Approve', deny: '❌ Deny' },
  zh: { approve: '✅ 同意', deny: '❌ 拒绝' },
};

/** The messages of a delivery: progress is one, an approval's last has buttons, the first names what it answers. */
export function compose(delivery: Delivery): Words[] {
  const to = replyAddress.parse(delivery.replyTo);
  const name = delivery.asker ? (delivery.asker.name ?? delivery.asker.id).slice(0, 64) : '';
  const mention = delivery.asker ? `${linked(`tg://user?id=${delivery.asker.id}`, escaped(name))} ` : '';
  const parts = partsOf(delivery.text, partUnits - name.length - 1)
    .filter(({ plain }) => plain.trim() !== '')
    .map((part, index) =>
      index === 0 && name ? { html: mention + part.html, plain: `${name} ${part.plain}` } : part,
    );
  if (delivery.type === 'progress') {
    const edits = Number(delivery.edits);
    // It is passing: what does not fit into one message is in the answer.
    return parts.slice(0, 1).map((part) => ({ to, ...part, ...(edits > 0 ? { edits } : {}) }));
  }
  return parts.map((part, index) => ({
    to: index === 0 ? to : withoutMessage(to),
    ...part,
    ...(delivery.approval && index === parts.length - 1 ? { buttons: buttonsOf(delivery) } : {}),
  }));
}

/** What is seen is seldom longer than its source; where it is, as of tables, it is measured. */
function partsOf(text: string, limit: number): { html: string; plain: string }[] {
  return splitMarkdown(text, limit)
    .flatMap((part) => (unitsOf(part) <= limit ? [part] : splitMarkdown(part, limit, unitsOf)))
    .map((markdown) => ({ html: renderMarkdown(markdown, telegramDialect), plain: plainText(markdown) }));
}

function unitsOf(markdown: string): number {
  return Math.max(visibleLength(renderMarkdown(markdown, telegramDialect)), plainText(markdown).length);
}

function withoutMessage({ message: _, ...rest }: ReplyAddress): ReplyAddress {
  return rest;
}

function buttonsOf({ approval, language, text }: Delivery): Button[] {
  const { approve, deny } = labels[language ?? languageOf(text)];
  return [
    { text: approve, data: `/approve ${approval?.id}` },
    { text: deny, data: `/deny ${approval?.id}` },
  ];
}
