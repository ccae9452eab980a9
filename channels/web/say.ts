import type { AccountOf, Delivery, ThreadEntry } from '../../contracts/index.ts';
import type { PostDependencies, SendReceipt } from '../channel.ts';

/** What a page shows, and in which conversation; its id is the delivery's, unless it takes the place of another. */
interface Words {
  conversation: string;
  edits?: string;
  entry: Omit<ThreadEntry, 'id' | 'seq' | 'at'>;
}

/** One entry: pages render markdown themselves, and have no limits that matter. */
export function compose(delivery: Delivery): Words[] {
  const { approval, conversation, edits, final, inReplyTo, outcome, runId, text, type } = delivery;
  const entry = {
    from: 'errand' as const,
    type,
    text,
    final,
    runId,
    ...(inReplyTo === undefined ? {} : { inReplyTo }),
    ...(outcome ? { outcome } : {}),
    ...(approval ? { approval } : {}),
  };
  return [{ conversation, entry, ...(edits !== undefined && type === 'progress' ? { edits } : {}) }];
}

/** Says it in the thread of its conversation. */
export async function post(
  { conversation, edits, entry }: Words,
  { id: account }: AccountOf<'web'>,
  { key, now, threads }: PostDependencies,
): Promise<SendReceipt> {
  if (!threads) throw new TypeError('a web account needs threads to speak in');
  const id = edits ?? key;
  await threads.say(account, conversation, { ...entry, id, at: new Date(now).toISOString() });
  return { providerId: id };
}
