import type { ChatMessage } from '../../../contracts/chat.ts';
import type { Language, Texts } from '../../../contracts/errors.ts';
import { findJsonObject } from '../lenient-json.ts';
import { stepOf } from '../prompts/step.ts';
import { exampleOf } from './example.ts';
import { demoParts, demoTexts, taskBeginnings } from './texts.ts';

const quotedCharacters = 200;

/** What the demo model answers; the step it is asked for stands in the prompt. `schema`: of the answer, if one is wanted. */
export function demoAnswer(messages: readonly ChatMessage[], schema?: unknown): string {
  const last = messages.at(-1)?.content.trim() ?? '';
  switch (stepOf(messages)) {
    case 'intent':
      return JSON.stringify(intentOf(messages, last));
    case 'decompose':
      return JSON.stringify({ subtasks: subtasksOf(last) });
    case 'aggregate':
      return aggregated(last);
    default:
      return schema === undefined ? partOf(last) : JSON.stringify(exampleOf(schema));
  }
}

function intentOf(messages: readonly ChatMessage[], order: string): object {
  const offered = [...(messages[0]?.content ?? '').matchAll(/^- ([a-z][a-z0-9_]*)( \(|（)?/gm)].map(
    (line) => ({
      intent: line[1],
      answered: line[2] !== undefined,
    }),
  );
  const work =
    offered.find(({ intent, answered }) => intent === 'task' && !answered) ??
    offered.find((o) => !o.answered);
  const talk = offered.find(({ answered }) => answered);
  const isTask = taskBeginnings.some((beginning) => beginning.test(order));
  if (!talk || (work && isTask)) return { intent: work?.intent ?? 'chat' };
  return { intent: talk.intent, text: chatAnswer(messages, order) };
}

function chatAnswer(messages: readonly ChatMessage[], order: string): string {
  const say = speakerOf(order);
  const earlier = messages.slice(0, -1).findLast(({ role }) => role === 'user')?.content;
  return [
    say(demoTexts.heard, { order }),
    ...(earlier ? [say(demoTexts.earlier, { earlier })] : []),
    say(demoTexts.notice),
    say(demoTexts.hint),
  ].join('\n');
}

function subtasksOf(order: string): object[] {
  const say = speakerOf(order);
  return demoParts.map(({ title, instruction }, index) => ({
    id: `s${index + 1}`,
    title: say(title),
    instruction: say(instruction, { order }),
  }));
}

function partOf(instruction: string): string {
  return speakerOf(instruction)(demoTexts.part, { instruction });
}

function aggregated(content: string): string {
  const order = between(content, '<order>', '</order>');
  const say = speakerOf(order);
  const texts = textsIn(findJsonObject(between(content, '<results>', '</results>')));
  return [
    say(demoTexts.done, { order }),
    ...texts.map((text) => `- ${quote(text)}`),
    '',
    say(demoTexts.notice),
  ].join('\n');
}

/** Every `text` in the results, whatever they are results of. */
function textsIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, entry]) =>
    key === 'text' && typeof entry === 'string' ? [entry] : textsIn(entry),
  );
}

function between(content: string, opening: string, closing: string): string {
  const from = content.indexOf(opening);
  const to = content.indexOf(closing, from);
  return from < 0 || to < 0 ? '' : content.slice(from + opening.length, to).trim();
}

/** Says texts in the language of what it answers. */
function speakerOf(answered: string): (texts: Texts, values?: Record<string, string>) => string {
  const language: Language = /\p{Script=Han}/u.test(answered) ? 'zh' : 'en';
  return (texts, values = {}) =>
    texts[language].replace(/\{(\w+)\}/g, (whole, name: string) => quote(values[name] ?? whole));
}

function quote(text: string): string {
  return text.length > quotedCharacters ? `${text.slice(0, quotedCharacters)}…` : text;
}
