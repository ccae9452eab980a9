import { streamSSE } from 'hono/streaming';
import type { ThreadStore } from '../../services/threads/index.ts';
import type { ApiContext } from '../context.ts';
import { ProblemError } from '../problems.ts';

/** Proxies close what is silent for longer. */
const keepAliveMs = 15_000;
/** Of one process: each looks into the store now and then. */
const streamsAtOnce = 1_000;
let open = 0;

/**
 * Server-sent events of a thread: `entry`, with the entry's number as the id, from the one after `Last-Event-ID` (or the
 * query's `after`) on. Goes on until the reader leaves. Throws `too-many-requests` above 1,000 readers.
 */
export function threadEvents(
  c: ApiContext,
  threads: Pick<ThreadStore, 'follow'>,
  account: string,
  conversation: string,
): Response {
  if (open >= streamsAtOnce)
    throw new ProblemError('too-many-requests', { detail: 'Too many pages are open.' });
  const after = Number(c.req.header('last-event-id') ?? c.req.query('after') ?? 0);
  if (!Number.isSafeInteger(after) || after < 0) {
    throw new ProblemError('bad-request', { detail: 'Last-Event-ID has to be the number of an entry.' });
  }
  c.header('x-accel-buffering', 'no');
  return streamSSE(c, async (stream) => {
    open += 1;
    const left = new AbortController();
    stream.onAbort(() => left.abort());
    const keepAlive = setInterval(() => void stream.write(': \n\n'), keepAliveMs);
    try {
      await stream.write('retry: 1000\n\n');
      for await (const entries of threads.follow(account, conversation, after, left.signal)) {
        for (const entry of entries) {
          await stream.writeSSE({ id: String(entry.seq), event: 'entry', data: JSON.stringify(entry) });
        }
      }
    } finally {
      clearInterval(keepAlive);
      open -= 1;
    }
  });
}
