import type { Delivery } from '../../contracts/index.ts';
import { languageOf } from '../language.ts';
import { renderMarkdown, splitMarkdown } from '../markdown/index.ts';
import { type ReplyAddress, replyAddress } from './account.ts';
import { slackDialect } from './dialect.ts';

/** One message. */
export interface Words {
  to: ReplyAddress;
  text: string;
  buttons?: Button[];
  /** `ts` of the message that it takes the place of. */
  edits?: string;
}

interface Button {
  text: string;
  style: 'primary' | 'danger';
  /** The command that it stands for. */
  value: string;
}

/** Of mrkdwn: a section takes 3,000, longer texts are folded by Slack. */
const partCharacters = 2_900;
const labels = {
  en: { approve: 'Approve', deny: 'Deny' },
  zh: { approve: '同意', deny: '拒绝' },
};

/** The messages of a delivery: progress is one, an approval's last has buttons. */
export function compose(delivery: Delivery): Words[] {
  const to = replyAddress.parse(delivery.replyTo);
  const mention = delivery.asker ? `<@${delivery.asker.id.replace(/[<>|&]/g, '')}> ` : '';
  const parts = splitMarkdown(delivery.text, partCharacters - mention.length, renderedLength).map(
    (markdown, index) => (index === 0 ? mention : '') + renderMarkdown(markdown, slackDialect),
  );
  if (delivery.type === 'progress') {
    const [text = ''] = parts;
    return [{ to, text, ...(delivery.edits === undefined ? {} : { edits: delivery.edits }) }];
  }
  return parts.map((text, index) => ({
    to,
    text,
    ...(delivery.approval && index === parts.length - 1 ? { buttons: buttonsOf(delivery) } : {}),
  }));
}

function buttonsOf({ approval, language, text }: Delivery): Button[] {
  const { approve, deny } = labels[language ?? languageOf(text)];
  return [
    { text: approve, style: 'primary', value: `/approve ${approval?.id}` },
    { text: deny, style: 'danger', value: `/deny ${approval?.id}` },
  ];
}

function renderedLength(markdown: string): number {
  return renderMarkdown(markdown, slackDialect).length;
}
