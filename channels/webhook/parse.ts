import type { z } from 'zod';
import { webhookMessage } from '../../contracts/index.ts';
import type { ParsedMessage } from '../channel.ts';
import { languageOf } from '../language.ts';

type ParseResult =
  | { type: 'parsed'; message: Pick<ParsedMessage, 'chat' | 'mentioned' | 'sender' | 'text' | 'language'> }
  | { type: 'invalid'; detail: string };

const utf8 = new TextDecoder('utf-8', { fatal: true });
/** NUL, which databases refuse in text and ids, and halves of surrogate pairs, which have no UTF-8 form. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: NUL is what is looked for
const unstorable = /[\u0000\p{Surrogate}]/u;

/**
 * Reads a message's body. What could not be kept as it was sent (broken UTF-8, NUL, half a surrogate pair) is
 * refused rather than changed: the sender is a program, which can be told.
 */
export function parseMessage(rawBody: Uint8Array): ParseResult {
  if (rawBody.byteLength === 0) return invalid('The body is empty.');
  let body: unknown;
  try {
    body = JSON.parse(utf8.decode(rawBody));
  } catch (error) {
    return invalid(error instanceof SyntaxError ? 'The body is not JSON.' : 'The body is not UTF-8.');
  }
  const result = webhookMessage.safeParse(body);
  if (!result.success) return invalid(describe(result.error));
  const { conversation, sender, text } = result.data;
  for (const [name, value] of [
    ['conversation', conversation],
    ['sender.id', sender.id],
    ['sender.name', sender.name ?? ''],
    ['text', text],
  ] as const) {
    if (unstorable.test(value)) return invalid(`${name}: contains NUL or half a surrogate pair`);
  }
  const chat = { id: conversation, type: 'direct' } as const;
  return { type: 'parsed', message: { chat, mentioned: true, sender, text, language: languageOf(text) } };
}

function describe(error: z.ZodError): string {
  return error.issues.map(({ path, message }) => `${path.join('.') || 'the body'}: ${message}`).join('; ');
}

function invalid(detail: string): ParseResult {
  return { type: 'invalid', detail };
}
