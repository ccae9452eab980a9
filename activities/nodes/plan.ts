import { z } from 'zod';

const titleCharacters = 200;
const instructionCharacters = 4_000;

/** A subtask as a model wrote it. Identifiers may be numbers, titles may be missing. */
export const rawSubtask = z.object({
  id: z.union([z.string(), z.number()]).nullish(),
  title: z.string().nullish(),
  instruction: z.string().min(1),
  dependsOn: z.array(z.union([z.string(), z.number()])).nullish(),
});
export type RawSubtask = z.infer<typeof rawSubtask>;

export type Subtask = { id: string; title: string; instruction: string; dependsOn?: string[] };

/**
 * A plan made safe to carry out: at most `most` subtasks, sizes bounded, ids unique, and dependencies only on subtasks
 * that exist and without circles.
 */
export function planned(raw: readonly RawSubtask[], most: number): Subtask[] {
  const subtasks: Subtask[] = [];
  const byName = new Map<string, Subtask>();
  for (const { id, title, instruction } of raw.slice(0, most)) {
    const name = String(id ?? '').slice(0, 64);
    const subtask: Subtask = {
      id: name && !byName.has(name) ? name : freeId(subtasks.length + 1, byName),
      title: (title || instruction).slice(0, titleCharacters),
      instruction: instruction.slice(0, instructionCharacters),
    };
    byName.set(subtask.id, subtask);
    subtasks.push(subtask);
  }
  for (const [index, subtask] of subtasks.entries()) {
    const wanted = new Set((raw[index]?.dependsOn ?? []).map((id) => String(id).slice(0, 64)));
    for (const id of wanted) {
      const other = byName.get(id);
      if (other && !reaches(other, subtask, byName)) subtask.dependsOn = [...(subtask.dependsOn ?? []), id];
    }
  }
  return subtasks;
}

function freeId(position: number, taken: ReadonlyMap<string, Subtask>): string {
  for (let number = position; ; number += 1) if (!taken.has(`s${number}`)) return `s${number}`;
}

/** Whether `from` waits for `to`, directly or through others, or is it. */
function reaches(from: Subtask, to: Subtask, byName: ReadonlyMap<string, Subtask>): boolean {
  const open = [from];
  const seen = new Set<Subtask>();
  for (let next = open.pop(); next; next = open.pop()) {
    if (next === to) return true;
    if (seen.has(next)) continue;
    seen.add(next);
    for (const id of next.dependsOn ?? []) {
      const other = byName.get(id);
      if (other) open.push(other);
    }
  }
  return false;
}
