import type { FlowDocument } from '../../../contracts/flow.ts';
import { type LoopbackServer, startLoopbackServer } from '../../fakes/loopback-server.ts';
import { type ModelServer, startModelServer } from '../../fakes/model-server.ts';
import { flow, node, start } from '../flow.ts';

/** What service and model make of a number from 0. */
export function answerTo(n: number): number {
  return (n * 7 + 1) % 997;
}

/** What random programs call: a service and a model that answer to numbers, and refuse those below 0. */
export interface ProgramServices {
  model: ModelServer;
  service: LoopbackServer;
  close(): Promise<void>;
}

export async function startProgramServices(): Promise<ProgramServices> {
  const seen = new Set<string>();
  const service = await startLoopbackServer(async (request, response) => {
    const { url = '' } = request;
    if (url === '/hang') return;
    let body = '';
    for await (const chunk of request) body += String(chunk);
    const n = Number(body === '' ? url.split('/').at(-1) : JSON.parse(body).n);
    const isAway = url === '/away' || (url.startsWith('/flaky/') && !seen.has(url));
    seen.add(url);
    response.writeHead(isAway ? 503 : n >= 0 ? 200 : 400, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ v: answerTo(n) }));
  });
  const model = await startModelServer({
    record: false,
    behaviour: ({ messages }) => {
      const [, form, number] = /(value|object) of (-?\d+)/.exec(messages.at(-1)?.content ?? '') ?? [];
      const n = Number(number);
      if (!(n >= 0)) return { status: 400, body: '{"error":{"message":"no"}}' };
      return form === 'object' ? JSON.stringify({ v: answerTo(n) }) : String(answerTo(n));
    },
  });
  return {
    model,
    service,
    async close() {
      await Promise.all([model.close(), service.close()]);
    },
  };
}

const triple = node('triple', 'transform', {
  output: { v: '{{ trigger.input.n < 0 ? 1 / 0 : trigger.input.n * 3 }}' },
});

/** What random programs have for subflows. */
export const subflows: FlowDocument[] = [
  flow('triples', [start, triple], ['start>triple']),
  flow('triples-later', [start, node('nap', 'wait', { for: '30ms' }), triple], ['start>nap', 'nap>triple']),
  flow(
    'triples-within',
    [start, node('inner', 'subflow', { flow: 'triples', input: '{{ trigger.input }}' })],
    ['start>inner'],
  ),
];
