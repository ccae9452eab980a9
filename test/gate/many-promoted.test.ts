import { expect, it } from 'vitest';
import { startTestErrand } from '../errand/start-test-errand.ts';
import { startModelServer } from '../fakes/model-server.ts';

it('many flows that leave their conversations at once are all answered, each once', async () => {
  const model = await startModelServer({ latencyMs: 200, record: false });
  const errand = await startTestErrand({ models: [model.endpoint], config: { promoteAfter: '500ms' } });
  try {
    const ids = Array.from({ length: 80 }, (_, index) => `many-${index}`);
    for (const id of ids)
      expect((await errand.post(`task: ${id}`, { id, conversation: `c-${id}` })).status).toBe(202);
    const finals = () => errand.receiver.requests.filter(({ reply }) => reply.final);
    await expect.poll(() => finals().length, { timeout: 90_000 }).toBe(ids.length);
    expect(new Set(finals().map(({ reply }) => reply.inReplyTo))).toEqual(new Set(ids));
    for (const { reply } of finals()) expect(reply.text).toContain(`task: ${reply.inReplyTo}`);
    expect(errand.receiver.requests.some(({ reply }) => reply.type === 'progress')).toBe(true);
  } finally {
    await errand.end();
    await model.close();
  }
}, 120_000);
