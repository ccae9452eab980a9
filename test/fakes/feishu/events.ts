import { randomUUID } from 'node:crypto';

/** What a person does in the platform's client, as far as a test says it. */
export interface SaidMessage {
  id?: string;
  chat?: string;
  chatType?: 'p2p' | 'group';
  sender?: string;
  senderType?: string;
  type?: string;
  /** Of a text message; else `content` is what its type has. */
  text?: string;
  content?: unknown;
  root?: string;
  parent?: string;
  thread?: string;
  mentions?: { key: string; name: string; openId: string; type?: 'user' | 'bot' }[];
}

export interface EventOrigin {
  appId: string;
  verificationToken?: string;
  /** Epoch milliseconds. */
  now: number;
}

/** `im.message.receive_v1` as the platform pushes it. */
export function messageEventOf(said: SaidMessage, origin: EventOrigin): object {
  const {
    chat = 'oc_direct',
    chatType = 'p2p',
    sender = 'ou_ada',
    senderType = 'user',
    type = 'text',
  } = said;
  const content = said.content ?? { text: said.text ?? '' };
  return eventOf('im.message.receive_v1', origin, {
    sender: {
      sender_id: { union_id: `on_${sender.slice(3)}`, user_id: null, open_id: sender },
      sender_type: senderType,
      tenant_key: 'tenant',
    },
    message: {
      message_id: said.id ?? `om_${randomUUID()}`,
      ...(said.root === undefined ? {} : { root_id: said.root }),
      ...(said.parent === undefined ? {} : { parent_id: said.parent }),
      ...(said.thread === undefined ? {} : { thread_id: said.thread }),
      create_time: String(origin.now),
      update_time: String(origin.now),
      chat_id: chat,
      chat_type: chatType,
      message_type: type,
      content: typeof content === 'string' ? content : JSON.stringify(content),
      ...(said.mentions
        ? {
            mentions: said.mentions.map(({ key, name, openId, type: mentionedType }) => ({
              key,
              id: { union_id: `on_${openId.slice(3)}`, user_id: '', open_id: openId },
              name,
              ...(mentionedType ? { mentioned_type: mentionedType } : {}),
              tenant_key: 'tenant',
            })),
          }
        : {}),
      user_agent: 'Mozilla/5.0 Lark/7.20.0',
    },
  });
}

export interface Press {
  value: unknown;
  /** The card. */
  message: string;
  chat: string;
  person?: string;
}

/** `card.action.trigger` as the platform pushes it. */
export function pressEventOf(
  { value, message, chat, person = 'ou_ada' }: Press,
  origin: EventOrigin,
): object {
  return eventOf('card.action.trigger', origin, {
    operator: { tenant_key: 'tenant', user_id: null, open_id: person, union_id: `on_${person.slice(3)}` },
    token: `c-${randomUUID()}`,
    action: { value, tag: 'button', timezone: 'Asia/Shanghai' },
    host: 'im_message',
    context: { open_message_id: message, open_chat_id: chat },
  });
}

/** Any event of version 2.0. */
export function eventOf(
  type: string,
  { appId, verificationToken = '', now }: EventOrigin,
  event: object,
): object {
  return {
    schema: '2.0',
    header: {
      event_id: randomUUID().replaceAll('-', ''),
      event_type: type,
      create_time: String(now),
      token: verificationToken,
      app_id: appId,
      tenant_key: 'tenant',
    },
    event,
  };
}

/** What the platform asks when a callback address is saved. */
export function challengeOf(challenge: string, token: string): object {
  return { challenge, token, type: 'url_verification' };
}
