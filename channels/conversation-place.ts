import type { AccountConfig } from '../contracts/index.ts';

/** The chat that a message was said in. */
export interface ChatOfMessage {
  /** The platform's id, or what `addressOf` can find the chat by. */
  id: string;
  type: 'direct' | 'group';
  /** A thread of its own within a group. */
  topic?: string;
}

/** Where a conversation is, read back from its id. */
export interface ConversationPlace {
  chat: string;
  /** The one person of a group whose conversation it is. */
  sender?: string;
  topic?: string;
}

/** The conversation of a message: its chat, or within a group the sender's or the topic's by the account's scope. */
export function conversationOf(
  { chat, sender }: { chat: ChatOfMessage; sender: { id: string } },
  scope: AccountConfig['groups']['scope'],
): string {
  if (chat.type === 'group' && scope === 'sender') return `${escaped(chat.id)}#sender:${escaped(sender.id)}`;
  if (chat.type === 'group' && scope === 'topic' && chat.topic !== undefined) {
    return `${escaped(chat.id)}#topic:${escaped(chat.topic)}`;
  }
  return chat.id;
}

export function placeOf(conversation: string): ConversationPlace {
  const [, chat, part, id] = /^([^#]*)#(sender|topic):([^#]*)$/.exec(conversation) ?? [];
  if (chat === undefined || id === undefined) return { chat: conversation };
  const within = unescaped(id);
  return { chat: unescaped(chat), ...(part === 'sender' ? { sender: within } : { topic: within }) };
}

function escaped(id: string): string {
  return id.replace(/[%#]/g, encodeURIComponent);
}

function unescaped(text: string): string {
  return text.replace(/%(23|25)/g, decodeURIComponent);
}
