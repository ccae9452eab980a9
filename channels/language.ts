import type { Language } from '../contracts/index.ts';

/** The language to answer in: Chinese as soon as a text has a Han character, else English. */
export function languageOf(text: string): Language {
  return /\p{Script=Han}/u.test(text) ? 'zh' : 'en';
}
