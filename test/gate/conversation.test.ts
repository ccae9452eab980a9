import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { conversationWorkflowId } from '../../services/temporal/workflow-ids.ts';
import { startTestErrand, type TestErrand } from '../errand/start-test-errand.ts';
import { type ModelServer, startModelServer } from '../fakes/model-server.ts';

describe('a conversation with a slow model', () => {
  let model: ModelServer;
  let errand: TestErrand;
  beforeAll(async () => {
    model = await startModelServer({ latencyMs: 10_000 });
    errand = await startTestErrand({ models: [model.endpoint] });
  });
  afterAll(async () => {
    await errand.end();
    await model.close();
  });

  it.each([
    ['/status', '/stop', /Working on “slow one”/, /Stopped 1 run/, /Stopped, as you asked/],
    ['/状态', '/停止', /正在处理：“slow one”/, /已停止 1 个任务/, /Stopped, as you asked/],
  ])('answers %s and obeys %s within 3 s', async (statusCommand, stopCommand, status, stopped, last) => {
    const conversation = `c${statusCommand}`;
    const slow = `slow-${statusCommand.length}`;
    await errand.post('slow one', { conversation, id: slow });
    await expect.poll(() => model.count(), { timeout: 5_000 }).toBeGreaterThan(0);
    const asked = performance.now();
    expect((await errand.ask(statusCommand, { conversation })).reply.text).toMatch(status);
    expect(performance.now() - asked).toBeLessThan(3_000);
    const told = performance.now();
    expect((await errand.ask(stopCommand, { conversation })).reply.text).toMatch(stopped);
    const { reply } = await errand.finalReply(slow);
    expect(performance.now() - told).toBeLessThan(3_000);
    expect(reply).toMatchObject({ outcome: 'cancelled', final: true });
    expect(reply.text).toMatch(last);
  });

  it('does not keep another conversation waiting', async () => {
    await errand.post('slow too', { conversation: 'c-slow' });
    const { reply } = await errand.ask('/help', { conversation: 'c-other' });
    expect(reply.text).toContain('/stop');
  });
});

describe('a flow that takes long', () => {
  it('gives up its place with an acknowledgement and answers later, while the conversation goes on', async () => {
    // A quick answer takes one call and stays; a task is past its time after two.
    const model = await startModelServer({ latencyMs: 2_500 });
    const errand = await startTestErrand({ models: [model.endpoint], config: { promoteAfter: '4s' } });
    try {
      await errand.post('task: slow report', { id: 'm-slow' });
      const after = errand.ask('quick question', { id: 'm-quick' });
      const ack = await errand.receiver.waitFor(({ reply }) => reply.inReplyTo === 'm-slow');
      expect(ack.reply).toMatchObject({ type: 'progress', final: false });
      await after;
      const { reply } = await errand.finalReply('m-slow');
      expect(reply.text).toContain('task: slow report');
      const order = errand.receiver.requests.map(({ reply: one }) => `${one.inReplyTo} ${one.final}`);
      expect(order).toEqual(['m-slow false', 'm-quick true', 'm-slow true']);
      await expect.poll(async () => (await errand.run('m-slow'))?.workflow.workflowId).toMatch(/^run:/);
    } finally {
      await errand.end();
      await model.close();
    }
  });
});

describe('a conversation under trouble', () => {
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

  it('takes a burst of 500, works it off in order, and continues as new on the way', async () => {
    const ids = Array.from({ length: 500 }, (_, index) => `burst-${index}`);
    for (const id of ids) {
      const response = await errand.post(`message ${id}`, { id, conversation: 'c-burst' });
      expect(response.status).toBe(202);
    }
    await errand.finalReply('burst-499', 100_000);
    const finals = errand.receiver.requests.filter(
      ({ reply }) => reply.conversation === 'c-burst' && reply.final,
    );
    expect(finals.map(({ reply }) => reply.inReplyTo)).toEqual(ids);
    const { raw } = await errand.temporal.workflow
      .getHandle(conversationWorkflowId('hook', 'c-burst'))
      .describe();
    expect(raw.workflowExecutionInfo?.firstRunId).not.toBe(raw.workflowExecutionInfo?.execution?.runId);
  }, 180_000);

  it('is not held up by a reply address that cannot be reached', async () => {
    errand.receiver.setFail(({ reply }) =>
      reply.inReplyTo === 'm-stuck' ? { type: 'status', status: 503 } : undefined,
    );
    await errand.post('this one waits', { id: 'm-stuck', conversation: 'c-stuck' });
    await errand.ask('this one does not', { conversation: 'c-stuck' });
    errand.receiver.setFail(undefined);
    const { reply } = await errand.finalReply('m-stuck', 60_000);
    expect(reply.text).toBe('echo: this one waits');
    expect(errand.receiver.ledger.size).toBe(
      errand.receiver.requests.filter(({ attempt }) => attempt === 1).length,
    );
  });
});

describe('a conversation that went idle', () => {
  it('remembers and deduplicates across its completion and a restart', async () => {
    const model = await startModelServer();
    const first = await startTestErrand({ models: [model.endpoint], config: { idleAfter: '1s' } });
    await first.ask('my name is Ada', { id: 'm-ada' });
    const handle = first.temporal.workflow.getHandle(conversationWorkflowId('hook', 'c1'));
    await expect
      .poll(async () => (await handle.describe()).status.name, { timeout: 20_000 })
      .toBe('COMPLETED');
    await first.stop();
    const second = await startTestErrand({ models: [model.endpoint], after: first });
    try {
      expect((await second.post('my name is Ada', { id: 'm-ada' })).status).toBe(202);
      await second.ask('what is my name?', { id: 'm-who' });
      expect(second.receiver.requests.filter(({ reply }) => reply.inReplyTo === 'm-ada')).toHaveLength(1);
      const asked = model.requests.at(-1)?.body.messages.map(({ content }) => String(content));
      expect(asked?.some((content) => content.includes('my name is Ada'))).toBe(true);
    } finally {
      await second.end();
      await model.close();
    }
  });
});
