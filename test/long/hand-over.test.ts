import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { askOnce } from '../errand/canaries.ts';
import { startTestErrand } from '../errand/start-test-errand.ts';
import { type ModelServer, startModelServer } from '../fakes/model-server.ts';

const patient = { timeout: 30_000 };
let hanging: ModelServer;
let model: ModelServer;

beforeEach(async () => {
  hanging = await startModelServer({ behaviour: () => ({ hang: 'headers' }) });
  model = await startModelServer();
});
afterEach(() => Promise.all([hanging.close(), model.close()]));

describe('a model call that outlasts the time a worker may take to stop', () => {
  it.each([
    ['is made again by the next worker', 'assistant', 'answered'],
    ['fails visibly where the flow allows one attempt', askOnce.id, 'failed'],
  ])('%s', async (_, flow, outcome) => {
    const options = { timeouts: { firstToken: '100s' }, flow };
    const first = await startTestErrand({ models: [hanging.endpoint], ...options });
    await first.publish(askOnce);
    await first.post('please', { id: 'm-long' });
    await expect.poll(() => hanging.count(), patient).toBe(1);
    const told = performance.now();
    await first.stop();
    expect(performance.now() - told).toBeLessThan(32_000);

    const second = await startTestErrand({ models: [model.endpoint], ...options, after: first });
    try {
      expect((await second.finalReply('m-long', 60_000)).reply.outcome).toBe(outcome);
      expect((await second.ask('and now?', { id: 'm-next' })).reply.outcome).toBe('answered');
      expect(second.receiver.requests.filter(({ reply }) => reply.final)).toHaveLength(2);
    } finally {
      await second.end();
    }
  });
});
