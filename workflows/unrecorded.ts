import { CancellationScope, log } from '@temporalio/workflow';
import type { ConversationState } from '../contracts/conversation.ts';
import { store } from './placement.ts';

type Entry = ConversationState['unrecorded'][number];

/** Records of what ended here, until the store has taken them. */
export class Unrecorded {
  private readonly entries: Entry[];

  constructor(entries: Entry[] = []) {
    this.entries = entries;
  }

  get isEmpty(): boolean {
    return this.entries.length === 0;
  }

  add(entry: Entry): void {
    this.entries.push(entry);
  }

  /** Hands them to the store; what it cannot take yet stays. */
  async flush(): Promise<void> {
    await Promise.all(
      this.entries.slice().map(async (entry) => {
        const { record, kept } = entry;
        try {
          await CancellationScope.nonCancellable(() => store.record(record, ...(kept ? [kept] : [])));
          const at = this.entries.indexOf(entry);
          if (at >= 0) this.entries.splice(at, 1);
        } catch (thrown) {
          log.warn('a run record could not be written yet', { runId: record.id, error: String(thrown) });
        }
      }),
    );
  }

  messageIds(): string[] {
    return this.entries.flatMap(({ record }) => record.messageId ?? []);
  }

  all(): Entry[] {
    return this.entries;
  }
}
