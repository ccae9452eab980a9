import { type AcceptedEntry, acceptedEntry } from '../../../contracts/index.ts';
import type { ObjectStore } from '../../objects/index.ts';
import { listSegments } from '../listing.ts';
import { decodeSegment, segmentLimits } from '../segment.ts';
import { hourOf, keyAt } from '../segment-key.ts';
import { findLine } from './find-run.ts';

/** A clock may be behind, and an entry wait for its group, ms. */
const slackMs = { before: 5_000, after: 15_000 } as const;

/**
 * What was written when a message was taken, from its segment: of those that ended the index keeps no more than a hash.
 * `acceptedAt` in epoch milliseconds. Null when it was dropped. Throws `SegmentDamaged`.
 */
export async function readEntry(
  objects: ObjectStore,
  runId: string,
  acceptedAt: number,
): Promise<AcceptedEntry | null> {
  const start = keyAt('accepted', acceptedAt - slackMs.before);
  for await (const { first, hour, key } of listSegments(objects, 'accepted', start)) {
    if (hour > hourOf(acceptedAt + slackMs.after)) return null;
    if (first > acceptedAt + slackMs.after) continue;
    const stored = await objects.get(key, { maxBytes: segmentLimits.stored });
    const found = stored && findLine(await decodeSegment(stored.body), 'runId', runId);
    if (found) return acceptedEntry.parse(found);
  }
  return null;
}
