import type { ConversationState } from '../contracts/conversation.ts';
import type { MemoryRef, Snapshot, SnapshotRef, Turn } from '../contracts/memory.ts';

/** What a conversation keeps at hand; a model's own budget cuts it further. */
const turnsKept = 40;
const charactersKept = 24_000;
/** Longest text of one turn that is remembered. */
const turnCharacters = 4_000;
/** A snapshot is due when this many turns are in none. */
const turnsPerSnapshot = 8;

type SnapshotRest = Pick<Snapshot, 'account' | 'conversation' | 'seen' | 'notes' | 'flow' | 'model'>;

/** What was said lately: the newest snapshot, and the turns since. */
export class MemoryWindow {
  private snapshot: SnapshotRef | undefined;
  private turns: Turn[];
  /** Turns that fell out at the old end so far: positions below are counted from the very first. */
  private dropped = 0;
  private savedUpTo: number;

  constructor(state: Pick<ConversationState, 'snapshot' | 'window' | 'windowSaved'>) {
    this.snapshot = state.snapshot;
    this.turns = [...state.window];
    this.savedUpTo = state.windowSaved;
  }

  /** Takes over what was kept when the conversation completed; what was said while it could not be read follows. */
  recall(snapshot: Snapshot, ref: SnapshotRef): void {
    const since = this.turns;
    this.turns = [...snapshot.window];
    this.saved(ref, this.length);
    for (const { role, text, at } of since) this.remember(role, text, at);
  }

  /** Whether these turns continue a snapshot. */
  get continues(): boolean {
    return this.snapshot !== undefined;
  }

  remember(role: Turn['role'], text: string, at: number): void {
    const kept = text.length > turnCharacters ? `${text.slice(0, turnCharacters)}…` : text;
    this.turns.push({ role, text: kept, at });
    let characters = this.turns.reduce((sum, turn) => sum + turn.text.length, 0);
    while (this.turns.length > turnsKept || characters > charactersKept) {
      characters -= this.turns.shift()?.text.length ?? 0;
      this.dropped += 1;
    }
  }

  /** How many turns there were so far. */
  get length(): number {
    return this.dropped + this.turns.length;
  }

  /** How many turns are at hand. */
  get size(): number {
    return this.turns.length;
  }

  get unsaved(): number {
    return this.length - Math.max(this.savedUpTo, this.dropped);
  }

  get due(): boolean {
    return this.unsaved >= turnsPerSnapshot;
  }

  /** For a model call: by reference what is saved, in words what is not. */
  ref(account: string, conversation: string): MemoryRef {
    return {
      account,
      conversation,
      ...(this.snapshot ? { snapshot: this.snapshot } : {}),
      since: this.turns.slice(this.turns.length - this.unsaved),
    };
  }

  /** The snapshot that would hold these turns, and the rest that is given. */
  next({ account, conversation, ...rest }: SnapshotRest): Snapshot {
    return {
      schemaVersion: 1,
      account,
      conversation,
      sequence: (this.snapshot?.sequence ?? 0) + 1,
      ...(this.snapshot ? { previous: this.snapshot.hash } : {}),
      window: [...this.turns],
      ...rest,
      savedAt: new Date().toISOString(),
    };
  }

  /** The first `length` turns are in the snapshot. */
  saved(ref: SnapshotRef, length: number): void {
    this.snapshot = ref;
    this.savedUpTo = length;
  }

  state(): Pick<ConversationState, 'snapshot' | 'window' | 'windowSaved'> {
    return {
      ...(this.snapshot ? { snapshot: this.snapshot } : {}),
      window: this.turns,
      windowSaved: this.turns.length - this.unsaved,
    };
  }
}
