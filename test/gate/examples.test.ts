import { readdir, readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { endedRun, flowHook } from '../../contracts/index.ts';
import { startTestErrand, type TestErrand } from '../errand/start-test-errand.ts';
import { type LoopbackServer, startLoopbackServer } from '../fakes/loopback-server.ts';
import { type ModelServer, startModelServer } from '../fakes/model-server.ts';
import { behave } from '../fakes/model-server-behaving.ts';
import { signWebhook } from '../fakes/webhook-sender.ts';

const folder = new URL('../../examples/flows/', import.meta.url);
/** A section of a report, and an article, that the model refuses. */
const illegible = /^part 2 .*smudged|: smudged$/;
/** What the stock has of an item: an answer, or the status that it fails with. */
const stock: Record<string, object | number> = {
  bolts: { available: 500, arrives: null },
  nuts: { available: 0, arrives: '2027-01-04' },
  gears: { available: 0, arrives: null },
  springs: 503,
};

let model: ModelServer;
let shop: LoopbackServer;
let errand: TestErrand;
beforeAll(async () => {
  model = await startModelServer({
    behaviour: (request) =>
      illegible.test(request.messages.at(-1)?.content ?? '')
        ? { status: 400, body: '{"error":{"message":"no"}}' }
        : behave(request),
  });
  shop = await startLoopbackServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://shop');
    const answer =
      pathname === '/reservations'
        ? { reservation: `r-${request.headers['idempotency-key']}` }
        : (stock[searchParams.get('item') ?? ''] ?? 404);
    response.writeHead(typeof answer === 'number' ? answer : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(answer));
  });
  errand = await startTestErrand({
    models: [model.endpoint],
    config: { egress: { allow: ['127.0.0.1'] } },
    flow: 'report-with-approval',
  });
  for (const file of await readdir(folder)) {
    const text = await readFile(new URL(file, folder), 'utf8');
    await imported(text.replaceAll('https://stock.example.com', shop.origin));
  }
});
afterAll(async () => {
  await errand.end();
  await Promise.all([model.close(), shop.close()]);
});

async function imported(text: string): Promise<void> {
  const headers = { 'content-type': 'application/yaml' };
  const response = await errand.api('/api/v1/flows/import', { method: 'POST', headers, body: text });
  const { id } = (await response.json()) as { id: string };
  const published = await errand.api(`/api/v1/flows/${id}/publish`, { method: 'POST' });
  expect([response.status, published.status], id).toEqual([201, 200]);
}

/** Calls a flow's hook as another program does. */
async function call(flow: string, input: unknown): Promise<Response> {
  const hook = flowHook.parse(await (await errand.api(`/api/v1/flows/${flow}/hook`)).json());
  const body = JSON.stringify(input);
  const headers = signWebhook(hook.secret, body);
  return fetch(`${hook.url}?wait=30s`, { method: 'POST', headers, body });
}
const resultOf = async (flow: string, input: unknown) =>
  endedRun.parse(await (await call(flow, input)).json());

describe('report-with-approval', () => {
  /** Orders a report and answers the draft; resolves with what the asker hears in the end. */
  async function report(conversation: string, answer: string) {
    await errand.post(`task: ${conversation}`, { id: conversation, conversation });
    const { reply } = await errand.receiver.waitFor(
      ({ reply: one }) => one.inReplyTo === conversation && one.type === 'approval',
      20_000,
    );
    expect(reply.text).toContain(`result: task: ${conversation}`);
    const id = /\/approve (\w+)/.exec(reply.text)?.[1];
    await errand.post(answer.replace('<id>', `${id}`), { conversation });
    return (await errand.finalReply(conversation)).reply;
  }

  it('sends the report that the asker approves', async () => {
    expect(await report('sales', '/approve <id>')).toMatchObject({
      text: expect.stringMatching(/^result: task: sales/),
      outcome: 'answered',
    });
  });

  it('says that nothing was sent when the asker denies it', async () => {
    expect(await report('costs', '/deny <id>')).toMatchObject({
      text: expect.stringMatching(/^The report was not sent/),
      outcome: 'answered',
    });
  });

  it('apologises when a section cannot be written', async () => {
    const { reply } = await errand.ask('task: a smudged page', { conversation: 'holes' });
    expect(reply.text).toMatch(/^The report could not be written\. \S/);
  });
});

describe('digest', () => {
  const article = (title: string, text = 'much to read') => ({ title, text });

  it('puts the articles together, and names those it left out', async () => {
    const items = [article('one'), article('two', 'smudged'), article('three')];
    expect(await resultOf('digest', { items })).toMatchObject({
      status: 'answered',
      output: { digest: expect.stringMatching(/^result:/), articles: 3, leftOut: ['two'] },
    });
    const asked = model.requests.at(-1)?.body.messages.at(-1)?.content;
    expect(asked).toMatch(/echo: one: much to read.*echo: three: much to read/s);
  });

  it('has nothing to tell when none can be read', async () => {
    const items = [article('one', 'smudged')];
    expect((await resultOf('digest', { items })).output).toEqual({
      digest: null,
      articles: 1,
      leftOut: ['one'],
    });
  });

  it('refuses what is no list of articles before it runs', async () => {
    expect((await call('digest', { items: [] })).status).toBe(422);
  });
});

describe('webhook-intake', () => {
  it.each([
    ['bolts', { decision: 'accepted', reservation: 'r-o-bolts' }],
    ['nuts', { decision: 'postponed', until: '2027-01-04' }],
    ['gears', { decision: 'refused' }],
  ])('decides on an order of %s', async (item, decision) => {
    const { output, status } = await resultOf('webhook-intake', { id: `o-${item}`, item, quantity: 3 });
    expect([status, output]).toEqual(['answered', { order: `o-${item}`, ...decision }]);
  });

  it('parks the order and tells the operators when the stock does not answer', async () => {
    const { output } = await resultOf('webhook-intake', { id: 'o-1', item: 'springs', quantity: 1 });
    expect(output).toEqual({ order: 'o-1', decision: 'parked' });
    const { reply } = await errand.receiver.waitFor(
      ({ reply: one }) => one.conversation === 'operations',
      10_000,
    );
    expect(reply.text).toBe('Order o-1 is parked: the stock did not answer (HttpStatus).');
  });

  it('refuses what is no order before it runs', async () => {
    expect((await call('webhook-intake', { id: 'o-2', item: 'bolts', quantity: 0 })).status).toBe(422);
  });
});
