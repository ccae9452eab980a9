import type { Language } from '../../contracts/index.ts';
import { messageText } from '../message-text.ts';
import type { PressValue } from './press.ts';

const labels: Record<PressValue['decision'], { style: string; text: Record<Language, string> }> = {
  approve: { style: 'primary', text: { en: 'Approve', zh: '批准' } },
  deny: { style: 'danger', text: { en: 'Deny', zh: '拒绝' } },
};

/** The parts of a card that a message has. */
export interface CardParts {
  /** In the platform's dialect. */
  text: string;
  /** What the list of chats shows of it. */
  summary: string;
  /** What the buttons of an approval send back. */
  press?: Omit<PressValue, 'decision'> & { language: Language };
}

/**
 * A card that can be changed for all who see it, as JSON of version 2.0.
 * https://open.feishu.cn/document/uAjLw4CM/ukzMukzMukzM/feishu-cards/card-json-v2-structure
 */
export function cardOf({ text, summary, press }: CardParts): object {
  return {
    schema: '2.0',
    config: { update_multi: true, summary: { content: messageText(summary, 100) } },
    body: { elements: [{ tag: 'markdown', content: text }, ...(press ? [buttons(press)] : [])] },
  };
}

function buttons(press: NonNullable<CardParts['press']>): object {
  const button = (decision: PressValue['decision']) => {
    const value: PressValue = { ...press, decision };
    const { style, text } = labels[decision];
    return {
      tag: 'column',
      width: 'auto',
      elements: [
        {
          tag: 'button',
          type: style,
          text: { tag: 'plain_text', content: text[press.language] },
          behaviors: [{ type: 'callback', value }],
        },
      ],
    };
  };
  return { tag: 'column_set', columns: [button('approve'), button('deny')] };
}
