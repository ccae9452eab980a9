import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestErrand, type TestErrand } from '../errand/start-test-errand.ts';
import { type ModelServer, startModelServer } from '../fakes/model-server.ts';

let model: ModelServer;
let errand: TestErrand;

beforeAll(async () => {
  model = await startModelServer();
  errand = await startTestErrand({ models: [model.endpoint] });
});
afterAll(async () => {
  await errand.end();
  await model.close();
});

describe('an order over HTTP', () => {
  it('is accepted with its message id and answered at the reply address', async () => {
    const response = await errand.post('hello', { id: 'm-hello' });
    expect(response.status).toBe(202);
    expect(await response.json()).toEqual({ accepted: true, messageId: 'm-hello' });
    const { reply } = await errand.finalReply('m-hello');
    expect(reply).toMatchObject({
      type: 'reply',
      conversation: 'c1',
      inReplyTo: 'm-hello',
      text: 'echo: hello',
      final: true,
      outcome: 'answered',
    });
    expect(errand.receiver.refusals).toEqual([]);
  });

  it('that is a task goes through all six nodes and is answered once', async () => {
    const { reply } = await errand.ask('task: compare three lunch places', {
      conversation: 'c-task',
      id: 'm-task',
    });
    expect(reply.text).toContain('task: compare three lunch places');
    const run = await expect
      .poll(() => errand.run('m-task'))
      .toMatchObject({ status: 'answered', intent: 'task' });
    void run;
    const kept = await errand.run('m-task');
    const statuses = Object.fromEntries((kept?.nodes ?? []).map((node) => [node.id, node.status]));
    expect(statuses).toEqual({
      message: 'succeeded',
      intent: 'succeeded',
      decompose: 'succeeded',
      dispatch: 'succeeded',
      aggregate: 'succeeded',
      notify: 'succeeded',
      apology: 'skipped',
    });
    expect(errand.receiver.requests.filter(({ reply: one }) => one.inReplyTo === 'm-task')).toHaveLength(1);
  });

  it('that arrives fifty times at once is answered once', async () => {
    const responses = await Promise.all(
      Array.from({ length: 50 }, () => errand.post('only once', { id: 'm-fifty', conversation: 'c-fifty' })),
    );
    expect(responses.map((response) => response.status)).toEqual(Array(50).fill(202));
    await errand.finalReply('m-fifty');
    await errand.ask('the next', { conversation: 'c-fifty', id: 'm-next' });
    expect(errand.receiver.requests.filter(({ reply }) => reply.inReplyTo === 'm-fifty')).toHaveLength(1);
  });

  it('is answered in the light of what was said before', async () => {
    await errand.ask('my name is Ada', { conversation: 'c-memory' });
    await errand.ask('what is my name?', { conversation: 'c-memory' });
    const asked = model.requests.at(-1)?.body.messages.map(({ content }) => content);
    expect(asked?.some((content) => String(content).includes('my name is Ada'))).toBe(true);
  });

  it('counts in the ledger, and the ledger adds up', async () => {
    await expect
      .poll(async () => {
        const { accepted, answered, failed, cancelled, running, waiting } = await errand.ledger();
        return accepted > 0 && accepted === answered + failed + cancelled && running + waiting === 0;
      })
      .toBe(true);
    const book = await errand.ledger();
    expect(book.missing).toEqual([]);
    expect(book.unaccepted).toEqual([]);
  });
});

describe('with no model left', () => {
  it.each([
    ['en', 'please help', /No model can be reached/],
    ['zh', '请帮帮我', /无法连接到任何模型/],
  ])('the person is told so in their language (%s)', async (_, text, words) => {
    const lonely = await startTestErrand({ models: ['http://127.0.0.1:9/v1'] });
    try {
      const { reply } = await lonely.ask(text);
      expect(reply.text).toMatch(words);
      expect(reply.outcome).toBe('failed');
    } finally {
      await lonely.end();
    }
  });
});
