import { CancellationScope, log } from '@temporalio/workflow';
import type { ConversationState } from '../contracts/conversation.ts';
import { store } from './placement.ts';

type Entry = ConversationState['unrecorded'][number];

/** Records of what ended here, until the store has taken them. */
export class Unrecorded {
  private readonly entries: Entry[];
  private readonly underWay = new Map<Entry, Promise<void>>();

  constructor(entries: Entry[] = []) {
    this.entries = entries;
  }

  get isEmpty(): boolean {
    return this.entries.length === 0;
  }

  add(entry: Entry): void {
    this.entries.push(entry);
  }

  /** Hands them to the store, each once at a time; what it cannot take yet stays. */
  async flush(): Promise<void> {
    await Promise.all(
      this.entries.map((entry) => {
        const known = this.underWay.get(entry);
        if (known) return known;
        const handed = this.hand(entry).finally(() => this.underWay.delete(entry));
        this.underWay.set(entry, handed);
        return handed;
      }),
    );
  }

  private async hand(entry: Entry): Promise<void> {
    const { record, kept } = entry;
    try {
      await CancellationScope.nonCancellable(() => store.record(record, ...(kept ? [kept] : [])));
      this.entries.splice(this.entries.indexOf(entry), 1);
    } catch (thrown) {
      log.warn('a run record could not be written yet', { runId: record.id, error: String(thrown) });
    }
  }

  messageIds(): string[] {
    return this.entries.flatMap(({ record }) => record.messageId ?? []);
  }

  all(): Entry[] {
    return this.entries;
  }
}
