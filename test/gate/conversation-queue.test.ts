import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Run, run as runSchema } from '../../contracts/run.ts';
import { messageRunId } from '../../services/runs/index.ts';
import { conversationWorkflowId } from '../../services/temporal/workflow-ids.ts';
import { startTestErrand, type TestErrand } from '../errand/start-test-errand.ts';
import { type ModelServer, startModelServer } from '../fakes/model-server.ts';
import { startWebhookReceiver, type WebhookReceiver } from '../fakes/webhook-receiver.ts';
import { sendWebhook } from '../fakes/webhook-sender.ts';

const secret = `whsec_${randomBytes(32).toString('base64')}`;
let model: ModelServer;
let receiver: WebhookReceiver;
let errand: TestErrand;
beforeAll(async () => {
  // Slow where it is said.
  model = await startModelServer({
    latencyMs: ({ messages }) => (JSON.stringify(messages.at(-1)).includes('slow') ? 4_000 : 20),
  });
  receiver = await startWebhookReceiver({ secret });
  errand = await startTestErrand({
    models: [model.endpoint],
    config: { idleAfter: '3s' },
    channels: (['collect', 'interrupt'] as const).map((queue) => ({
      id: queue,
      kind: 'webhook',
      secret,
      replyUrl: receiver.url,
      queue,
    })),
  });
});
afterAll(async () => {
  await errand.end();
  await receiver.close();
  await model.close();
});

interface Said {
  conversation: string;
  id: string;
  sender?: string;
}
async function say(account: string, text: string, { conversation, id, sender = 'u1' }: Said): Promise<void> {
  const url = `${errand.url}/webhooks/${account}`;
  const message = { conversation, sender: { id: sender }, text };
  expect((await sendWebhook(url, secret, message, { id })).status).toBe(202);
}
const final = async (id: string) =>
  (await receiver.waitFor(({ reply }) => reply.inReplyTo === id && reply.final, 30_000)).reply;
const repliesTo = (id: string) => receiver.requests.filter(({ reply }) => reply.inReplyTo === id);
const ended = (account: string, id: string): Promise<Run> =>
  vi.waitFor(
    async () => {
      const response = await errand.api(`/api/v1/runs/${messageRunId(account, id)}`);
      const run = runSchema.parse(await response.json());
      expect(run.finishedAt).not.toBeNull();
      return run;
    },
    { timeout: 20_000, interval: 100 },
  );
const settled = () =>
  vi.waitFor(async () => expect(await errand.ledger()).toMatchObject({ running: 0, waiting: 0 }), {
    timeout: 20_000,
    interval: 200,
  });

describe('where messages are collected', () => {
  it('what one person writes within seconds is one order, and each message has one outcome', async () => {
    const before = await errand.ledger();
    const conversation = 'together';
    for (const text of ['one', 'two', 'two', 'three']) {
      await say('collect', text, { conversation, id: `t-${text}` });
    }
    const { text } = await final('t-three');
    expect(text).toContain('one\ntwo\nthree');
    const [one, two, three] = await Promise.all(
      ['t-one', 't-two', 't-three'].map((id) => ended('collect', id)),
    );
    expect(three).toMatchObject({ status: 'answered', text: 'one\ntwo\nthree', parent: null });
    for (const [run, order] of [
      [one, 'one'],
      [two, 'two'],
    ] as const) {
      expect(run).toMatchObject({ status: 'answered', intent: 'collected', text: order, parent: three?.id });
      expect(run?.answer).toContain(three?.id);
    }
    expect([repliesTo('t-one'), repliesTo('t-two')]).toEqual([[], []]);
    await settled();
    const after = await errand.ledger();
    expect([after.accepted - before.accepted, after.answered - before.answered]).toEqual([3, 3]);
    expect([after.missing, after.unaccepted]).toEqual([[], []]);
  });

  it('a command is obeyed at once, and another person has an order of their own', async () => {
    const conversation = 'a group';
    await say('collect', 'hers', { conversation, id: 'g-1', sender: 'her' });
    await say('collect', 'his', { conversation, id: 'g-2', sender: 'him' });
    await say('collect', 'hers again', { conversation, id: 'g-3', sender: 'her' });
    await say('collect', '/status', { conversation, id: 'g-status', sender: 'him' });
    expect((await final('g-status')).text).toMatch(/Waiting in line: 3/);
    for (const [id, text] of [
      ['g-1', 'hers'],
      ['g-2', 'his'],
      ['g-3', 'hers again'],
    ] as const) {
      expect((await final(id)).text).toContain(text);
    }
    const order = receiver.requests
      .map(({ reply }) => reply.inReplyTo)
      .filter((id) => /^g-\d/.test(id ?? ''));
    expect(order).toEqual(['g-1', 'g-2', 'g-3']);
  });

  it('somebody who never stops writing is answered after ten seconds', async () => {
    const conversation = 'endless';
    const started = performance.now();
    for (let n = 0; n < 9; n++) {
      await say('collect', `part ${n}`, { conversation, id: `e-${n}` });
      await pause(1_400);
    }
    const first = await ended('collect', 'e-0');
    expect(Date.parse(first.finishedAt ?? '') - Date.parse(first.acceptedAt ?? '')).toBeLessThan(12_500);
    expect(performance.now() - started).toBeLessThan(20_000);
    expect(first.intent).toBe('collected');
    expect((await final('e-8')).text).toContain('part 8');
  });

  it('what is written while an order is worked off is the next one, and the conversation completes', async () => {
    const conversation = 'meanwhile';
    await say('collect', 'slow', { conversation, id: 'w-1' });
    await vi.waitFor(() => expect(model.underWay()).toBeGreaterThan(0), { timeout: 10_000 });
    await say('collect', 'more', { conversation, id: 'w-2' });
    await say('collect', 'and more', { conversation, id: 'w-3' });
    expect((await final('w-3')).text).toContain('more\nand more');
    expect(repliesTo('w-1').map(({ reply }) => reply.outcome)).toEqual(['answered']);
    const handle = errand.temporal.workflow.getHandle(conversationWorkflowId('collect', conversation));
    await expect
      .poll(async () => (await handle.describe()).status.name, { timeout: 20_000 })
      .toBe('COMPLETED');
    await say('collect', 'more', { conversation, id: 'w-2' });
    await say('collect', 'last', { conversation, id: 'w-4' });
    expect((await ended('collect', 'w-4')).text).toBe('last');
  });
});

describe('where a new message interrupts', () => {
  it('it takes the place of the one in hand and of those in line, whose outcome is cancelled', async () => {
    const before = await errand.ledger();
    const conversation = 'impatient';
    await say('interrupt', 'slow one', { conversation, id: 'i-1' });
    await vi.waitFor(() => expect(model.underWay()).toBeGreaterThan(0), { timeout: 10_000 });
    const asked = performance.now();
    await say('interrupt', 'slow two', { conversation, id: 'i-2' });
    await say('interrupt', 'quick three', { conversation, id: 'i-3' });
    expect((await final('i-3')).text).toContain('quick three');
    expect(performance.now() - asked).toBeLessThan(3_500);
    for (const id of ['i-1', 'i-2']) {
      expect(await final(id)).toMatchObject({
        outcome: 'cancelled',
        text: 'I left this for your next message.',
      });
      expect(await ended('interrupt', id)).toMatchObject({ status: 'cancelled' });
    }
    await settled();
    const after = await errand.ledger();
    expect([after.cancelled - before.cancelled, after.answered - before.answered]).toEqual([2, 1]);
    expect([after.missing, after.unaccepted]).toEqual([[], []]);
  });

  it('neither a repeat nor a command does', async () => {
    const conversation = 'patient';
    await say('interrupt', 'slow again', { conversation, id: 'p-1' });
    await vi.waitFor(() => expect(model.underWay()).toBeGreaterThan(0), { timeout: 10_000 });
    await say('interrupt', 'slow again', { conversation, id: 'p-1' });
    await say('interrupt', '/status', { conversation, id: 'p-status' });
    expect((await final('p-status')).text).toContain('slow again');
    expect(await final('p-1')).toMatchObject({ outcome: 'answered' });
    expect(repliesTo('p-1')).toHaveLength(1);
  });
});
