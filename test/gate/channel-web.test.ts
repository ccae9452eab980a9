import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type Thread, thread, webMessageTaken } from '../../contracts/index.ts';
import { type EventStream, openEventStream } from '../errand/event-stream.ts';
import { flow, message, node } from '../errand/flow.ts';
import { startTestErrand, type TestErrand } from '../errand/start-test-errand.ts';
import { type ModelServer, startModelServer } from '../fakes/model-server.ts';

let model: ModelServer;
let errand: TestErrand;
beforeAll(async () => {
  model = await startModelServer({
    latencyMs: (request) => (JSON.stringify(request.messages).includes('slow') ? 2_500 : 0),
  });
  errand = await startTestErrand({
    models: [model.endpoint],
    channels: [
      { id: 'web', kind: 'web' },
      { id: 'asking', kind: 'web', flow: 'asking' },
      { id: 'shop', kind: 'web', embed: { origins: ['https://shop.example'] }, ratePerSenderPerMinute: 3 },
    ],
  });
  await errand.publish(
    flow(
      'asking',
      [
        message,
        node('ask', 'approval', { text: 'Pay?' }),
        node('paid', 'notify', { text: 'paid' }),
        node('kept', 'notify', { text: 'kept' }),
      ],
      ['message>ask', 'ask:approved>paid', 'ask:denied>kept'],
    ),
  );
});
afterAll(async () => {
  await errand.end();
  await model.close();
});

function path(conversation: string, account = 'web'): string {
  return `/api/v1/conversations/${encodeURIComponent(`${account}:${conversation}`)}`;
}

function say(conversation: string, body: object, account?: string): Promise<Response> {
  return errand.api(`${path(conversation, account)}/messages`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}

async function read(conversation: string, account?: string): Promise<Thread> {
  return thread.parse(await (await errand.api(`${path(conversation, account)}/messages`)).json());
}

const follow = async (conversation: string, after = ''): Promise<EventStream> =>
  openEventStream(await errand.api(`${path(conversation)}/events`, { headers: { 'last-event-id': after } }));

describe('the web chat', () => {
  it('answers in its thread, and tells open pages at once', async () => {
    const page = await follow('c1', '0');
    const response = await say('c1', { id: 'm1', text: '你好' });
    expect(response.status).toBe(202);
    const { messageId, runId } = webMessageTaken.parse(await response.json());
    await expect.poll(() => page.entries, { timeout: 10_000 }).toHaveLength(2);
    expect(messageId).toBe('m1');
    expect(page.entries).toMatchObject([
      { id: 'm1', from: 'person', text: '你好', sender: { id: 'admin' } },
      {
        from: 'errand',
        type: 'reply',
        text: 'echo: 你好',
        inReplyTo: 'm1',
        runId,
        final: true,
        outcome: 'answered',
      },
    ]);
    expect(await read('c1')).toEqual({ seq: 2, entries: page.entries });
    await page.close();
    const later = await follow('c1', '1');
    await expect.poll(() => later.entries).toEqual(page.entries.slice(1));
    await later.close();
  });

  it('says what is sent twice once', async () => {
    for (let count = 0; count < 2; count += 1) await say('c2', { id: 'twice', text: 'hello' });
    await expect.poll(async () => (await read('c2')).entries, { timeout: 10_000 }).toHaveLength(2);
    await say('c2', { id: 'after', text: 'and now' });
    await expect
      .poll(async () => (await read('c2')).entries.map(({ text }) => text), { timeout: 10_000 })
      .toEqual(['hello', 'echo: hello', 'and now', 'echo: and now']);
  });

  it('shows the progress of what takes long in one message, and then the answer in another', async () => {
    const page = await follow('c3', '0');
    await say('c3', { id: 'm3', text: 'task: 慢 slow' });
    await expect
      .poll(() => page.entries.find(({ final }) => final), { timeout: 30_000 })
      .toMatchObject({ text: 'result: task: 慢 slow', inReplyTo: 'm3' });
    const progress = page.entries.filter(({ type }) => type === 'progress');
    expect(progress.length).toBeGreaterThanOrEqual(2);
    expect(new Set(progress.map(({ id }) => id)).size).toBe(1);
    expect(progress[0]?.text).toMatch(/^正在处理…\n\n/);
    expect(progress.at(-1)?.text.split('\n')).toEqual([
      '处理过程：',
      '',
      '✓ 意图识别',
      '✓ 任务分解',
      '✓ 子任务分发 3/3',
      '- ✓ Part 1: done: part 1 of task: 慢 slow',
      '- ✓ Part 2: done: part 2 of task: 慢 slow',
      '- ✓ Part 3: done: part 3 of task: 慢 slow',
      '✓ 结果汇总',
    ]);
    const { entries } = await read('c3');
    expect(entries.map(({ from, type }) => type ?? from)).toEqual(['person', 'progress', 'reply']);
    await page.close();
  });

  it('asks for a decision with its id, so that a page can show buttons', async () => {
    await say('c4', { text: 'buy it' }, 'asking');
    const asked = async () => (await read('c4', 'asking')).entries.find(({ type }) => type === 'approval');
    await expect.poll(asked, { timeout: 15_000 }).toBeDefined();
    const { approval } = (await asked()) ?? {};
    await say('c4', { text: `/approve ${approval?.id}` }, 'asking');
    await expect
      .poll(async () => (await read('c4', 'asking')).entries.map(({ text }) => text), { timeout: 15_000 })
      .toContain('paid');
  });

  it('refuses what is no message, and accounts that are none of its own', async () => {
    for (const body of [
      {},
      { text: '' },
      { text: 5 },
      { text: 'x', more: 1 },
      { text: 'x'.repeat(32_001) },
    ]) {
      expect((await say('c5', body)).status).toBe(400);
    }
    expect((await say('c5', { text: 'hi' }, 'hook')).status).toBe(404);
    expect((await say('c5', { text: 'hi' }, 'nowhere')).status).toBe(404);
    expect((await read('c5')).entries).toEqual([]);
    expect((await errand.api(`${path('c5')}/events`, { headers: { 'last-event-id': '-1' } })).status).toBe(
      400,
    );
    expect((await fetch(`${errand.url}${path('c1')}/messages`)).status).toBe(401);
  });
});

describe('the chat that other sites show', () => {
  const visit = async (): Promise<string> => {
    const response = await fetch(`${errand.url}/embed/shop/visitors`, { method: 'POST' });
    expect(response.status).toBe(201);
    return z.object({ token: z.string() }).parse(await response.json()).token;
  };
  const ask = (token: string, body: object): Promise<Response> =>
    fetch(`${errand.url}/embed/shop/messages`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  const events = (token: string): Promise<Response> =>
    fetch(`${errand.url}/embed/shop/events`, { headers: { authorization: `Bearer ${token}` } });

  it('may be framed by the sites that are named, and by no other', async () => {
    const response = await fetch(`${errand.url}/embed/shop`, { headers: { 'accept-language': 'zh' } });
    expect(response.headers.get('content-security-policy')).toContain(
      "frame-ancestors 'self' https://shop.example",
    );
    expect(await response.text()).toContain('输入消息');
    for (const account of ['web', 'hook', 'nowhere']) {
      expect((await fetch(`${errand.url}/embed/${account}`)).status).toBe(404);
    }
  });

  it('gives each visitor a conversation of their own', async () => {
    const [ada, bob] = await Promise.all([visit(), visit()]);
    const [adaPage, bobPage] = await Promise.all(
      [ada, bob].map(async (one) => openEventStream(await events(one))),
    );
    expect((await ask(ada, { text: 'for Ada' })).status).toBe(202);
    await expect
      .poll(() => adaPage?.entries.map(({ text }) => text), { timeout: 10_000 })
      .toEqual(['for Ada', 'echo: for Ada']);
    expect(bobPage?.entries).toEqual([]);
    await Promise.all([adaPage?.close(), bobPage?.close()]);
  });

  it('knows nobody without a token, and takes no more from one than the account allows', async () => {
    expect((await ask('', { text: 'hi' })).status).toBe(401);
    expect((await events('shop.000000000000000000000000.9999999999999.x')).status).toBe(401);
    const token = await visit();
    expect((await ask(token, { txt: 'hi' })).status).toBe(400);
    for (let count = 0; count < 3; count += 1)
      expect((await ask(token, { text: `${count}` })).status).toBe(202);
    const refused = await ask(token, { id: 'too-much', text: 'more' });
    expect(refused.status).toBe(429);
    const page = await openEventStream(await events(token));
    await expect.poll(() => page.entries.length).toBeGreaterThanOrEqual(3);
    expect(page.entries.map(({ id }) => id)).not.toContain('too-much');
    await page.close();
  });
});
