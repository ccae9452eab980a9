import { z } from 'zod';
import type { JsonObject } from '../../contracts/index.ts';
import type { ConversationPlace } from '../conversation-place.ts';
import { DeliveryError } from '../delivery-error.ts';
import type { DingtalkAccount } from './account.ts';

/** Where an answer goes. */
export const replyAddress = z.discriminatedUnion('to', [
  /** The open id of a group's conversation. */
  z.object({ to: z.literal('group'), conversation: z.string(), session: session().optional() }),
  /** Somebody of the robot's organisation. */
  z.object({ to: z.literal('person'), staff: z.string(), session: session().optional() }),
  /** Somebody whom the organisation does not know: only the session reaches them. */
  z.object({ to: z.literal('session'), session: session().optional() }),
]);
export type ReplyAddress = z.infer<typeof replyAddress>;
/** The address that comes with each message and lives for 90 minutes. `until`: epoch milliseconds. */
export type Session = z.infer<ReturnType<typeof session>>;

function session() {
  return z.object({ url: z.string(), until: z.number() });
}

const personPrefix = 'user:';
const strangerPrefix = 'stranger:';
/** International organisations have hosts of their own. */
const sessionHosts = new Set(['oapi.dingtalk.com', 'oapi.dingtalk.io']);

/** The id of a chat, in which `addressOf` finds it again. */
export function chatId(address: ReplyAddress, conversation: string): string {
  if (address.to === 'group') return address.conversation;
  return address.to === 'person' ? personPrefix + address.staff : strangerPrefix + conversation;
}

/** A reply address in a chat that did not just write. */
export function addressOf(account: DingtalkAccount, { chat }: ConversationPlace): JsonObject {
  if (chat.startsWith(strangerPrefix)) {
    throw new DeliveryError(`${account.id} can reach people outside its organisation only when they write`, {
      retryable: false,
    });
  }
  const address: ReplyAddress = chat.startsWith(personPrefix)
    ? { to: 'person', staff: chat.slice(personPrefix.length) }
    : { to: 'group', conversation: chat };
  return address;
}

/** The session of a message, unless its address is not the vendor's, or not that of a session. */
export function sessionOf(
  account: DingtalkAccount,
  url: string | null | undefined,
  until: number | null | undefined,
): Session | undefined {
  if (!url || !until || !URL.canParse(url)) return undefined;
  const { protocol, host, origin, pathname, username } = new URL(url);
  const isVendor = protocol === 'https:' && username === '' && sessionHosts.has(host);
  const isConfigured = configuredOrigins(account).includes(origin);
  if (!(isVendor || isConfigured) || !pathname.endsWith('/robot/sendBySession')) return undefined;
  return { url, until };
}

/** The origins that the configuration names in the place of the vendor's: trusted as those are. */
export function configuredOrigins({ baseUrl, oapiBaseUrl }: DingtalkAccount): string[] {
  return [baseUrl, oapiBaseUrl].flatMap((base) => (base === undefined ? [] : [new URL(base).origin]));
}
