import type { JsonObject } from '../../contracts/index.ts';
import type { Press } from './parse.ts';

const texts = { en: 'Got it.', zh: '收到。' };

/** What ends a pressed button's waiting, and tells who pressed it so. */
export function pressAnswer({ id, language }: Press): JsonObject {
  return { callback_query_id: id, text: texts[language] };
}
