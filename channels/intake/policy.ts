import type { AccountConfig } from '../../contracts/index.ts';
import type { ParsedMessage } from '../channel.ts';

/**
 * What an account's policies say of a message. `stranger`: its sender is nobody that the configuration knows, and may
 * write once let in; `mayAsk` says whether a code is offered.
 */
export type Verdict =
  | { type: 'take' }
  | { type: 'ignore'; reason: string }
  | { type: 'stranger'; mayAsk: boolean };

type Policies = Pick<AccountConfig, 'groups' | 'allowFrom' | 'pairing' | 'administrators'>;
type Judged = Pick<ParsedMessage, 'chat' | 'mentioned' | 'fromBot' | 'pressed' | 'sender'>;

/** Of each message, whatever it says: a slash command in a group needs its mention as any other text does. */
export function verdictOn(
  { groups, allowFrom, pairing, administrators }: Policies,
  { chat, fromBot, mentioned, pressed, sender }: Judged,
): Verdict {
  if (fromBot) return { type: 'ignore', reason: 'a bot wrote it' };
  const isGroup = chat.type === 'group';
  if (isGroup && groups.requireMention && !mentioned && !pressed) {
    return { type: 'ignore', reason: 'it does not mention the bot, which groups.requireMention asks for' };
  }
  const isOpen = allowFrom === undefined && !pairing;
  if (isOpen || allowFrom?.includes(sender.id) || administrators.includes(sender.id)) return { type: 'take' };
  if (!pairing) return { type: 'ignore', reason: `${sender.id} is not in allowFrom` };
  return { type: 'stranger', mayAsk: !isGroup };
}
