import type { ObjectStore } from './object-store.ts';

/** Objects below `prefix` are removed `days` after they were written. */
export interface LifecycleRule {
  prefix: string;
  days: number;
}

export interface LifecycleSettings {
  /** Of a conversation that says nothing more. */
  memoryKeepDays: number;
  /** Of a run that may be gone on from. */
  runRecordDays: number;
  /** Has to be longer than any run may wait. */
  payloadDays?: number;
  deadLetterDays?: number;
  attachmentDays?: number;
}

const dayMs = 86_400_000;

/**
 * What is removed by age. Settings, flows, knowledge and the audit log are kept until they are deleted by name; run
 * records leave by compaction, which closes the ledger's books on them first. One day more than is asked for: the
 * reader of memory forgets first, so that nothing disappears that is still looked for.
 */
export function lifecycleRules(settings: LifecycleSettings): LifecycleRule[] {
  return [
    { prefix: 'memory/', days: settings.memoryKeepDays + 1 },
    { prefix: 'threads/', days: settings.memoryKeepDays + 1 },
    { prefix: 'kept-runs/', days: settings.runRecordDays + 1 },
    { prefix: 'payloads/', days: settings.payloadDays ?? 90 },
    { prefix: 'attachments/', days: settings.attachmentDays ?? 30 },
    { prefix: 'dead-letters/', days: settings.deadLetterDays ?? 90 },
  ];
}

/** Does for any store what a bucket's lifecycle rules do on S3. `now` in epoch milliseconds. Returns how many it removed. */
export async function sweep(objects: ObjectStore, rules: LifecycleRule[], now: number): Promise<number> {
  let removed = 0;
  for (const { prefix, days } of rules) {
    for await (const { key, modifiedAt } of objects.list(prefix)) {
      if (now - modifiedAt.getTime() < days * dayMs) continue;
      await objects.delete(key);
      removed += 1;
    }
  }
  return removed;
}
