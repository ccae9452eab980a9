import { EventEmitter } from 'node:events';
import type { FakeButton } from './calls.ts';

/** A message as it is in its chat. */
export interface FakeMessage {
  id: string;
  chat: string;
  from: 'bot' | 'person';
  type: string;
  /** As it is shown now. */
  text: string;
  buttons: FakeButton[];
  /** What was shown before it was changed. */
  earlier: string[];
  repliesTo?: string;
  /** The first message of its thread. */
  thread?: string;
  reactions: string[];
  uuid?: string;
  recalled?: true;
  /** Epoch milliseconds. */
  at: number;
}

/** All chats of the fake platform, in order. */
export class FakeMessages {
  readonly all: FakeMessage[] = [];
  private readonly changes = new EventEmitter<{ change: [] }>();

  constructor() {
    this.changes.setMaxListeners(0);
  }

  add(message: FakeMessage): FakeMessage {
    this.all.push(message);
    this.changes.emit('change');
    return message;
  }

  changed(): void {
    this.changes.emit('change');
  }

  byId(id: string): FakeMessage | undefined {
    return this.all.find((message) => message.id === id);
  }

  /** What the bot said in a chat. */
  saidIn(chat: string): FakeMessage[] {
    return this.all.filter((message) => message.chat === chat && message.from === 'bot');
  }

  /** The first of the bot's messages that fits, as soon as it does. */
  waitFor(predicate: (message: FakeMessage) => boolean, timeoutMs = 30_000): Promise<FakeMessage> {
    const find = () => this.all.find((message) => message.from === 'bot' && predicate(message));
    const found = find();
    if (found) return Promise.resolve(found);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.changes.off('change', onChange);
        const said = this.all.map(({ from, chat, text }) => `${from} in ${chat}: ${text.slice(0, 80)}`);
        reject(new Error(`no such message within ${timeoutMs} ms; there are ${JSON.stringify(said)}`));
      }, timeoutMs);
      const onChange = () => {
        const message = find();
        if (!message) return;
        clearTimeout(timer);
        this.changes.off('change', onChange);
        resolve(message);
      };
      this.changes.on('change', onChange);
    });
  }
}
