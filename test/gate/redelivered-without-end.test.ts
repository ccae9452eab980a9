import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { signalNames } from '../../contracts/workflows.ts';
import { messageRunId } from '../../services/runs/index.ts';
import { conversationWorkflowId } from '../../services/temporal/workflow-ids.ts';
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

const executionOf = async (conversation: string) =>
  (await errand.temporal.workflow.getHandle(conversationWorkflowId('hook', conversation)).describe()).runId;

describe('a conversation that hears the same without end', () => {
  it('starts a new history in time where all that comes was there before', async () => {
    await errand.ask('once', { conversation: 'again', id: 'again-1' });
    const first = await executionOf('again');
    const handle = errand.temporal.workflow.getHandle(conversationWorkflowId('hook', 'again'));
    const redelivered = { runId: messageRunId('hook', 'again-1') };
    for (let batch = 0; batch < 42; batch += 1) {
      await Promise.all(Array.from({ length: 100 }, () => handle.signal(signalNames.message, redelivered)));
    }
    await expect.poll(() => executionOf('again'), { timeout: 20_000 }).not.toBe(first);
    expect((await errand.ask('twice', { conversation: 'again' })).reply.outcome).toBe('answered');
    const answers = errand.receiver.requests.filter(({ reply }) => reply.inReplyTo === 'again-1');
    expect(answers.filter(({ reply }) => reply.final)).toHaveLength(1);
  }, 90_000);
});
