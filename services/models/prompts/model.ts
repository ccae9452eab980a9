import type { ChatMessage } from '../../../contracts/chat.ts';
import type { Language } from '../../../contracts/errors.ts';
import { markStep } from './step.ts';

export interface ModelPrompt {
  language: Language;
  /** Replaces the system message. */
  system?: string | undefined;
  prompt: string;
}

/** A question of the flow's author, or one subtask of a plan. */
export function modelMessages({ language, system, prompt }: ModelPrompt): ChatMessage[] {
  return [
    { role: 'system', content: system || markStep('model', language === 'zh' ? chinese : english) },
    { role: 'user', content: prompt },
  ];
}

const english = `You carry out one instruction and give its result: complete, truthful and to the point, without any preamble. Say what you do not know instead of making it up. Use the language of the instruction.`;

const chinese = `你负责执行一条指令并给出结果：完整、真实、切题，不要开场白。不知道的就直说，不要编造。使用指令所用的语言。`;
