import { log, sleep } from '@temporalio/workflow';
import type { ConversationInput, ConversationState } from '../contracts/conversation.ts';
import type { MemoryRef, NoteChange, Turn } from '../contracts/memory.ts';
import { failedBy } from './failure.ts';
import { MemoryWindow } from './memory-window.ts';
import { Notes } from './notes.ts';
import { store } from './placement.ts';
import { Seen } from './seen.ts';

/** Notes that are in no snapshot go to each model call in words: more of them are worth a snapshot. */
const unsavedNoteCharacters = 4_000;

type MemoryState = Pick<
  ConversationState,
  'seen' | 'window' | 'windowSaved' | 'snapshot' | 'notes' | 'notesSaved' | 'flow' | 'model' | 'quarantined'
>;

/** Everything of a conversation that goes into its snapshots, and whether it does already. */
export class ConversationMemory {
  readonly notes: Notes;
  /** Why nothing can be remembered until an operator has mended it. */
  quarantined: string | undefined;
  ready: boolean;
  private readonly input: ConversationInput;
  private readonly window: MemoryWindow;
  private seen: Seen;
  private chosenFlow: string | undefined;
  private chosenModel: string | undefined;
  private changed = false;
  private saving: Promise<void> | undefined;

  constructor(input: ConversationInput) {
    const { state } = input;
    this.input = input;
    this.window = new MemoryWindow(state ?? { window: [], windowSaved: 0 });
    this.notes = new Notes(state?.notes, state?.notesSaved);
    this.seen = new Seen(state?.seen ?? []);
    this.chosenFlow = state?.flow;
    this.chosenModel = state?.model;
    this.quarantined = state?.quarantined;
    this.ready = state !== undefined;
  }

  /** Brings back what was kept when the conversation last completed. While the store is away, messages wait here. */
  async recall(): Promise<void> {
    for (let pause = 1_000; !this.ready; pause = Math.min(pause * 2, 30_000)) {
      try {
        await this.recallOnce();
        this.ready = true;
      } catch (thrown) {
        log.warn('memory cannot be recalled yet', { error: failedBy(thrown, 'en').error.message });
        await sleep(pause);
      }
    }
  }

  /** Looks again whether an operator has mended what was damaged. */
  async mend(): Promise<void> {
    if (this.quarantined) await this.recallOnce().catch(() => {});
  }

  private async recallOnce(): Promise<void> {
    const { account, conversation } = this.input;
    try {
      const kept = await store.recall({ account, conversation });
      this.quarantined = undefined;
      if (kept && !this.window.continues) {
        this.window.recall(kept.snapshot, kept.ref);
        this.notes.recall(kept.snapshot.notes ?? []);
        this.seen = new Seen([...kept.snapshot.seen, ...this.seen.buckets()]);
        this.chosenFlow ??= kept.snapshot.flow;
        this.chosenModel ??= kept.snapshot.model;
      }
    } catch (thrown) {
      const { error } = failedBy(thrown, 'en');
      if (error.type !== 'MemoryDamaged') throw thrown;
      this.quarantined = error.message;
    }
  }

  /** True the first time within hours that a run, of a message or by itself, is heard of. */
  isNew(runId: string): boolean {
    this.changed = true;
    return this.seen.add(runId, Date.now());
  }

  hasSeen(runId: string): boolean {
    return this.seen.has(runId);
  }

  remember(role: Turn['role'], text: string, at: number): void {
    this.window.remember(role, text, at);
  }

  /** How many messages are at hand. */
  get turns(): number {
    return this.window.size;
  }

  /** Carries out what a flow or a person wants noted. */
  note<Result>(change: (notes: Notes) => Result): Result {
    this.changed = true;
    return change(this.notes);
  }

  /** The flow that the people here chose; undefined: what is bound or configured. */
  get flow(): string | undefined {
    return this.chosenFlow;
  }

  set flow(flow: string | undefined) {
    this.changed = true;
    this.chosenFlow = flow;
  }

  /** The model that the people here chose; undefined: the flow's, or in order of preference. */
  get model(): string | undefined {
    return this.chosenModel;
  }

  set model(model: string | undefined) {
    this.changed = true;
    this.chosenModel = model;
  }

  /** For a model call. */
  ref(): MemoryRef {
    const { account, conversation } = this.input;
    const notes = this.notes.since();
    return { ...this.window.ref(account, conversation), ...(notes ? { notes } : {}) };
  }

  get isSaved(): boolean {
    return !this.changed && this.window.unsaved === 0;
  }

  get isDue(): boolean {
    return this.window.due || this.notes.unsaved > unsavedNoteCharacters;
  }

  /** One at a time, since each follows the one before; what changed meanwhile is for the next. */
  save(): Promise<void> {
    this.saving ??= this.saveOnce().finally(() => {
      this.saving = undefined;
    });
    return this.saving;
  }

  private async saveOnce(): Promise<void> {
    // What could not be read must not be replaced by the little that was said since.
    if (this.quarantined && !this.window.continues) return;
    const { account, conversation } = this.input;
    const length = this.window.length;
    const notes = this.notes.all();
    this.changed = false;
    try {
      const snapshot = this.window.next({
        account,
        conversation,
        seen: this.seen.buckets(),
        notes,
        ...this.choices(),
      });
      this.window.saved(await store.saveSnapshot(snapshot), length);
      this.notes.markSaved(notes.map(({ id }) => id));
    } catch (thrown) {
      this.changed = true;
      log.warn('a snapshot could not be saved yet', { error: failedBy(thrown, 'en').error.message });
    }
  }

  private choices(): Pick<ConversationState, 'flow' | 'model'> {
    const { flow, model } = this;
    return { ...(flow === undefined ? {} : { flow }), ...(model === undefined ? {} : { model }) };
  }

  state(): MemoryState {
    return {
      seen: this.seen.buckets(),
      ...this.window.state(),
      ...this.notes.state(),
      ...this.choices(),
      ...(this.quarantined ? { quarantined: this.quarantined } : {}),
    };
  }
}

/** Carries out a change that a flow asks for. False when there is no room for it. */
export function apply(change: NoteChange, notes: Notes): boolean {
  if (change.type === 'remember') return notes.remember(change.note) === 'remembered';
  notes.forget(change.id);
  return true;
}
