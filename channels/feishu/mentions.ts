import type { Mention } from './event.ts';

/** In a message's text; it often comes without an entry in `mentions`. */
const everybody = '@_all';

/**
 * A message's text with names in place of the keys `@_user_1` …; the account's own name is left out, because it says
 * whom the message is for. Longer keys go first: `@_user_1` is the beginning of `@_user_10`.
 */
export function withNames(
  text: string,
  mentions: readonly Mention[],
  isOwn: (mention: Mention) => boolean,
): string {
  const names = new Map(mentions.map((mention) => [mention.key, isOwn(mention) ? '' : `@${mention.name}`]));
  names.set(everybody, '@all');
  const keys = [...names.keys()].sort((one, other) => other.length - one.length);
  const anyKey = new RegExp(keys.map(literal).join('|'), 'g');
  return text.replace(anyKey, (key) => names.get(key) ?? key).trim();
}

/**
 * Whether a mention is of the account. `bot` is its open_id where that is known; where it is not, a mention of any
 * bot counts: an app that may read only what mentions it gets no others.
 */
export function ownMention(bot: string | undefined): (mention: Mention) => boolean {
  return ({ id, key, mentioned_type: type = 'bot' }) =>
    key !== everybody && (bot === undefined ? type === 'bot' : id.open_id === bot);
}

function literal(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
