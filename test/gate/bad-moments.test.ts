import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestErrand, type TestErrand } from '../errand/start-test-errand.ts';
import { type ModelServer, startModelServer } from '../fakes/model-server.ts';
import type { ReceiverFault } from '../fakes/webhook-receiver.ts';

const patient = { timeout: 20_000 };

describe('a message in the middle of a shutdown', () => {
  it('is refused, or taken and answered after the next start', async () => {
    const model = await startModelServer({ latencyMs: 300 });
    const first = await startTestErrand({ models: [model.endpoint] });
    const statuses = new Map<string, number>();
    let stopping = true;
    const send = async (sender: number): Promise<void> => {
      for (let count = 0; stopping; count += 1) {
        const id = `m-${sender}-${count}`;
        const response = await first
          .post(`order ${id}`, { id, conversation: `c${sender}` })
          .catch(() => null);
        statuses.set(id, response?.status ?? 0);
        if (!response) return;
      }
    };
    const senders = [1, 2, 3, 4].map(send);
    await expect.poll(() => first.receiver.ledger.size, patient).toBeGreaterThan(2);
    await first.stop();
    stopping = false;
    await Promise.all(senders);

    const taken = [...statuses].filter(([, status]) => status === 202).map(([id]) => id);
    expect([...statuses.values()].filter((status) => ![202, 503, 0].includes(status))).toEqual([]);
    const second = await startTestErrand({ models: [model.endpoint], after: first });
    try {
      for (const id of taken) expect((await second.finalReply(id)).reply.outcome).toBe('answered');
      expect([...second.receiver.ledger.values()].filter((tries) => tries.length > 1)).toEqual([]);
      await expect
        .poll(() => second.ledger(), patient)
        .toMatchObject({ accepted: taken.length, answered: taken.length, missing: [], unaccepted: [] });
    } finally {
      await second.end();
      await model.close();
    }
  });
});

describe('a reply address', () => {
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

  it.each<ReceiverFault>([{ type: 'reset' }, { type: 'hang' }])(
    'that cannot be reached ($type) delays only its own reply, which then comes once and under the same id',
    async (fault) => {
      const id = `m-${fault.type}`;
      const conversation = `c-${fault.type}`;
      errand.receiver.setFail(({ reply }) => (reply.inReplyTo === id ? fault : undefined));
      const tries = () => errand.receiver.requests.filter(({ reply }) => reply.inReplyTo === id);
      await errand.post('patience', { id, conversation });
      await expect.poll(() => tries().length, patient).toBe(1);
      const { reply } = await errand.ask('and me?', { conversation: `${conversation}-other` });
      expect(reply.outcome).toBe('answered');
      expect((await errand.ask('and behind it?', { conversation })).reply.outcome).toBe('answered');
      expect((await errand.run(id))?.status).toBe('running');

      errand.receiver.setFail(undefined);
      const late = await errand.finalReply(id, 60_000);
      expect(late.reply).toMatchObject({ text: 'echo: patience', outcome: 'answered' });
      expect(new Set(tries().map((one) => one.id))).toEqual(new Set([late.id]));
      await expect
        .poll(() => errand.run(id), patient)
        .toMatchObject({ status: 'answered', workflow: { workflowId: `run:${late.reply.runId}` } });
      expect(errand.receiver.ledger.get(late.id)).toHaveLength(1);
    },
  );

  it('that refuses the reply for good makes the run a failure, and its conversation goes on', async () => {
    errand.receiver.setFail(({ reply }) =>
      reply.inReplyTo === 'm-refused' ? { type: 'status', status: 400 } : undefined,
    );
    await errand.post('nobody wants this', { id: 'm-refused', conversation: 'c-refused' });
    await expect
      .poll(() => errand.run('m-refused'), patient)
      .toMatchObject({ status: 'failed', error: { type: 'DeliveryFailed' } });
    expect((await errand.ask('and now?', { conversation: 'c-refused' })).reply.outcome).toBe('answered');
  });

  it('that takes a reply and says otherwise gets it again under the same id', async () => {
    let failed = false;
    errand.receiver.setFail(({ reply }) => {
      if (failed || reply.inReplyTo !== 'm-twice') return undefined;
      failed = true;
      return { type: 'after-delivery', status: 502 };
    });
    await errand.post('twice', { id: 'm-twice', conversation: 'c-twice' });
    await expect.poll(async () => (await errand.run('m-twice'))?.status, patient).toBe('answered');
    const taken = [...errand.receiver.ledger.values()].flat();
    const those = taken.filter(({ reply }) => reply.inReplyTo === 'm-twice' && reply.final);
    expect(new Set(those.map((one) => one.id)).size).toBe(1);
    expect(those).toHaveLength(2);
  });
});
