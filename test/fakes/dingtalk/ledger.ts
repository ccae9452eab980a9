import { EventEmitter } from 'node:events';

/** Something that a person sees in a chat. */
export interface Seen {
  /** `group <conversation>`, `person <staff>` or `robot`. */
  chat: string;
  kind: 'text' | 'markdown' | 'card';
  title: string;
  /** As it is now: a card is written anew. */
  text: string;
  /** Staff ids. */
  mentions: string[];
  via: 'session' | 'api' | 'robot';
  card?: SeenCard;
}

export interface SeenCard {
  outTrackId: string;
  variables: Record<string, string>;
  callback: 'STREAM' | 'HTTP';
  routeKey?: string;
  state: 'waiting' | 'writing' | 'done';
  /** All that it ever showed. */
  versions: string[];
  /** Of what was written to it. */
  guids: Set<string>;
}

/** What people see, in order. */
export class Ledger {
  readonly seen: Seen[] = [];
  private readonly changes = new EventEmitter<{ changed: [] }>().setMaxListeners(0);

  add(seen: Seen): void {
    this.seen.push(seen);
    this.changes.emit('changed');
  }

  changed(): void {
    this.changes.emit('changed');
  }

  card(outTrackId: string): Seen | undefined {
    return this.seen.find(({ card }) => card?.outTrackId === outTrackId);
  }

  /** The first that fits, as soon as it does. */
  waitFor(fits: (seen: Seen) => boolean, timeoutMs = 15_000): Promise<Seen> {
    const found = this.seen.find(fits);
    if (found) return Promise.resolve(found);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.changes.off('changed', look);
        reject(
          new Error(`nothing of the kind was seen: ${JSON.stringify(this.seen.map(({ text }) => text))}`),
        );
      }, timeoutMs);
      const look = (): void => {
        const seen = this.seen.find(fits);
        if (!seen) return;
        clearTimeout(timer);
        this.changes.off('changed', look);
        resolve(seen);
      };
      this.changes.on('changed', look);
    });
  }
}
