import { expect, it } from 'vitest';
import { languageOf } from './language.ts';

it.each([
  ['plan my week', 'en'],
  ['', 'en'],
  ['🙂 ¿qué?', 'en'],
  ['帮我安排一周', 'zh'],
  ['please translate 你好', 'zh'],
  ['𠀀', 'zh'],
])('answers "%s" in %s', (text, language) => {
  expect(languageOf(text)).toBe(language);
});
