import { messageTextLimit } from '../contracts/message.ts';

/** NUL, which databases refuse in text, and halves of surrogate pairs, which have no UTF-8 form. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: NUL is what is looked for
const unstorable = /[\u0000\p{Surrogate}]/gu;

/**
 * What can be kept of a text that a person wrote, whom a refusal would not reach: what has no form in storage becomes
 * U+FFFD, and a text that is too long ends before `limit`, in whole characters.
 */
export function messageText(text: string, limit: number = messageTextLimit): string {
  return text
    .slice(0, limit)
    .replace(/[\uD800-\uDBFF]$/, '')
    .replace(unstorable, '\uFFFD');
}
