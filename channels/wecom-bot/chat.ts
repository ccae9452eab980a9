/** A chat as conversations and addresses name it: `user:` and a member's id, or `group:` and a group's. */
const chatForm = /^(user|group):([\s\S]+)$/;

/** A chat as the platform is told. */
export interface ChatTarget {
  chatid: string;
  /** 1: one member; 2: a group. */
  chat_type: 1 | 2;
}

export function isChat(chat: string): boolean {
  return chatForm.test(chat);
}

export function targetOf(chat: string): ChatTarget {
  const [, kind, id = chat] = chatForm.exec(chat) ?? [];
  return { chatid: id, chat_type: kind === 'group' ? 2 : 1 };
}
