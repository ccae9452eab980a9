import type { Note, NoteChange, NotesSince } from '../contracts/memory.ts';

/** How much a conversation notes; all of it may reach a prompt. */
export const noteLimits = { notes: 200, characters: 1_000 } as const;

/** What became of a wish to remember something. */
export type Remembered = 'remembered' | 'empty' | 'tooLong' | 'full';

/** What a conversation was asked to remember, and which of it is in no snapshot yet. */
export class Notes {
  private readonly held: Map<string, Note>;
  private saved: Set<string>;

  constructor(held: readonly Note[] = [], saved: readonly string[] = []) {
    this.held = new Map(held.map((note) => [note.id, note]));
    this.saved = new Set(saved);
  }

  /** Takes over what was kept; what was noted while it could not be read follows. */
  recall(kept: readonly Note[]): void {
    const since = [...this.held.values()];
    this.held.clear();
    for (const note of [...kept, ...since]) this.held.set(note.id, note);
    this.markSaved(kept.map(({ id }) => id));
  }

  /** A note that is held already counts as remembered. */
  remember(note: Note): Remembered {
    const text = note.text.trim();
    if (this.held.has(note.id)) return 'remembered';
    if (text === '') return 'empty';
    if (lengthOf(text) > noteLimits.characters) return 'tooLong';
    if (this.held.size >= noteLimits.notes) return 'full';
    this.held.set(note.id, { ...note, text });
    return 'remembered';
  }

  /** The note that was forgotten; undefined when there is none of this id. */
  forget(id: string): Note | undefined {
    const note = this.held.get(id);
    this.held.delete(id);
    return note;
  }

  /** Oldest first. */
  all(): Note[] {
    return [...this.held.values()];
  }

  /** The snapshot now holds the notes of these ids. */
  markSaved(ids: readonly string[]): void {
    this.saved = new Set(ids);
  }

  /** Undefined when there is nothing to say. */
  since(): NotesSince | undefined {
    const added = this.all().filter(({ id }) => !this.saved.has(id));
    const forgotten = [...this.saved].filter((id) => !this.held.has(id));
    const count = this.held.size;
    return count > 0 || forgotten.length > 0 ? { count, added, forgotten } : undefined;
  }

  /** Characters of what no snapshot holds. */
  get unsaved(): number {
    return (this.since()?.added ?? []).reduce((sum, { text }) => sum + text.length, 0);
  }

  state(): { notes?: Note[]; notesSaved?: string[] } {
    if (this.held.size === 0 && this.saved.size === 0) return {};
    return { notes: this.all(), notesSaved: [...this.saved] };
  }
}

/** What is in no snapshot yet, after one more change. */
export function sinceChange(
  { count, added, forgotten }: NotesSince = { count: 0, added: [], forgotten: [] },
  change: NoteChange,
): NotesSince {
  const id = change.type === 'remember' ? change.note.id : change.id;
  const others = added.filter((note) => note.id !== id);
  if (change.type === 'forget') {
    return { count: Math.max(0, count - 1), added: others, forgotten: [...forgotten, id] };
  }
  const isNew = others.length === added.length;
  return { count: isNew ? count + 1 : count, added: [...others, change.note], forgotten };
}

/** Of a note that a message asked for: the same each time that message is taken. */
export function commandNoteId(runId: string): string {
  return runId.slice(0, 8);
}

/** Characters as people count them. */
export function lengthOf(text: string): number {
  return [...text].length;
}
