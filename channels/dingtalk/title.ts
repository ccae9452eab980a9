import { plainText } from '../markdown/index.ts';

const limit = 40;

/** What chat lists and notifications show of a text: the beginning of its first line. */
export function titleOf(text: string): string {
  const [line = ''] = plainText(text.slice(0, 1_000)).trim().split('\n', 1);
  return [...line].slice(0, limit).join('').trim() || '…';
}
