import type { Bot } from './account.ts';
import type { TelegramEntity } from './update.ts';

/** What somebody wrote, and to whom. */
export interface Written {
  text: string;
  /** The bot is named. */
  mentioned: boolean;
  /** It is a command to another bot. */
  isForOther: boolean;
}

/**
 * A text as its writer saw it: links by their address, the bot's own name left out, `/command@name` a plain command.
 * Telegram marks all of them by entities, so that nothing has to be guessed from the text.
 */
export function readText(text: string, entities: readonly TelegramEntity[], bot: Bot): Written {
  const written: Written = { text, mentioned: false, isForOther: false };
  const backwards = [...entities].sort((a, b) => b.offset - a.offset);
  for (const entity of backwards) {
    const { offset, length } = entity;
    const said = text.slice(offset, offset + length);
    const { becomes, isOwn, isOther } = reading(entity, said, bot);
    if (isOwn) written.mentioned = true;
    if (isOther && offset === 0) written.isForOther = true;
    if (becomes === undefined) continue;
    const rest = written.text.slice(offset + length);
    written.text = written.text.slice(0, offset) + becomes + (becomes === '' ? rest.replace(/^ /, '') : rest);
  }
  return { ...written, text: written.text.trim() };
}

interface Reading {
  becomes?: string;
  isOwn?: boolean;
  isOther?: boolean;
}

function reading({ type, url, user }: TelegramEntity, said: string, bot: Bot): Reading {
  switch (type) {
    case 'mention':
      return isName(said.slice(1), bot) ? { becomes: '', isOwn: true } : {};
    case 'text_mention':
      return user?.id === bot.id ? { becomes: '', isOwn: true } : {};
    case 'bot_command': {
      const [command = '', name] = said.split('@');
      if (name === undefined) return {};
      return isName(name, bot) ? { becomes: command, isOwn: true } : { isOther: true };
    }
    case 'text_link':
      return url === undefined || url === said ? {} : { becomes: `${said} (${url})` };
    default:
      return {};
  }
}

/** Bots' names end in "bot": the best guess where the own one is not known. */
function isName(name: string, { username }: Bot): boolean {
  return username === undefined ? /bot$/i.test(name) : name.toLowerCase() === username.toLowerCase();
}
