import { z } from 'zod';
import { type ThreadEntry, threadEntry } from '../../contracts/index.ts';

/** An open stream of server-sent events about a thread. */
export interface EventStream {
  entries: ThreadEntry[];
  close(): Promise<void>;
}

const frame = z.string().transform((text) => {
  const fields = text.split('\n').map((line) => /^(\w+): (.*)$/s.exec(line) ?? []);
  const field = (name: string) => fields.find(([, key]) => key === name)?.[2];
  return { id: field('id'), event: field('event'), data: field('data') };
});

/** Reads a thread's events as a strict client: each is an `entry` whose id is its number. */
export async function openEventStream(response: Response): Promise<EventStream> {
  if (!response.headers.get('content-type')?.startsWith('text/event-stream') || !response.body) {
    throw new Error(`no event stream but ${response.status}`);
  }
  const entries: ThreadEntry[] = [];
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  const reading = (async () => {
    for (let buffer = ''; ; ) {
      const { done, value } = await reader.read();
      if (done) return;
      buffer += value;
      const frames = buffer.split('\n\n');
      buffer = frames.pop() ?? '';
      for (const one of frames.map((text) => frame.parse(text))) {
        if (one.data === undefined) continue;
        const entry = threadEntry.parse(JSON.parse(one.data));
        if (one.event !== 'entry' || one.id !== String(entry.seq)) throw new Error('not an entry');
        entries.push(entry);
      }
    }
  })();
  return {
    entries,
    async close() {
      await reader.cancel();
      await reading;
    },
  };
}
