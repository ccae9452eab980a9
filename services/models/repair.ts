import type { ChatMessage } from '../../contracts/chat.ts';
import type { Language } from '../../contracts/errors.ts';

/** How much of a bad answer is shown to the model again. */
const shownCharacters = 6_000;

/** The question again, with the bad answer and what is wrong with it. */
export function repairMessages(
  messages: readonly ChatMessage[],
  answer: string,
  problem: string,
  language: Language,
): ChatMessage[] {
  const complaint =
    language === 'zh'
      ? `上面的回复无法使用：${problem}。请重新回复，只输出一个符合要求的 JSON 对象，不要有任何其他文字。`
      : `That reply cannot be used: ${problem}. Reply again with exactly one JSON object of the required form and nothing else.`;
  return [
    ...messages,
    { role: 'assistant', content: answer.slice(0, shownCharacters) },
    { role: 'user', content: complaint },
  ];
}
