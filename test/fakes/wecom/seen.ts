import type { Card } from './forms.ts';

/** What a person sees in a chat: messages, a streamed one as it is last, a card's buttons. */
export interface SeenMessage {
  /** A member's user id, or a group's. */
  chat: string;
  type: 'text' | 'markdown' | 'stream' | 'card';
  content: string;
  /** Of a stream: all that it said, in order. */
  states?: string[];
  finished?: boolean;
  /** Of a card: its id, and the keys of its buttons by their texts. */
  taskId?: string;
  buttons?: Record<string, string>;
  /** How the bot came to speak: by the API, by an address of one message, or over the connection. */
  by: 'api' | 'response_url' | 'connection';
}

/** What everybody sees, in order. */
export class Seen {
  readonly messages: SeenMessage[] = [];

  in(chat: string): SeenMessage[] {
    return this.messages.filter((message) => message.chat === chat);
  }

  /** Contents, streams as they are last. */
  contents(chat: string): string[] {
    return this.in(chat).map(({ content }) => content);
  }

  add(message: SeenMessage): SeenMessage {
    this.messages.push(message);
    return message;
  }
}

/** What a card shows. */
export function shownOf({
  main_title,
  task_id: taskId,
  button_list,
}: Card): Pick<SeenMessage, 'content' | 'taskId' | 'buttons'> {
  return {
    content: main_title.title,
    taskId,
    buttons: Object.fromEntries(button_list.map(({ text, key }) => [text, key])),
  };
}
