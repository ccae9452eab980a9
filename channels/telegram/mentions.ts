import type { Entity } from './update.ts';

/** How the account may be spoken to. Its user name is known only once it was asked for. */
export interface Self {
  id: number | undefined;
  username?: string;
}

/**
 * The text without the mentions of the bot, and whether it is mentioned. Every bot's name ends in “bot”: where the own
 * one is not known, any such name counts. Offsets are UTF-16 units.
 */
export function withoutMention(
  text: string,
  entities: readonly Entity[],
  self: Self,
): { text: string; mentioned: boolean } {
  let rest = text;
  let mentioned = false;
  for (const { type, offset, length, user } of [...entities].sort(
    (one, other) => other.offset - one.offset,
  )) {
    const covered = text.slice(offset, offset + length);
    const [kept = '', name] = covered.split('@', 2);
    const isOwn =
      type === 'text_mention' ? user?.id === self.id : name !== undefined && isOwnName(name, self.username);
    if (!isOwn || !['mention', 'text_mention', 'bot_command'].includes(type)) continue;
    mentioned = true;
    const inPlace = type === 'bot_command' ? kept : '';
    rest = rest.slice(0, offset) + inPlace + rest.slice(offset + length);
  }
  return { text: rest.trim(), mentioned };
}

function isOwnName(name: string, own: string | undefined): boolean {
  return own === undefined ? /bot$/i.test(name) : name.toLowerCase() === own.toLowerCase();
}
