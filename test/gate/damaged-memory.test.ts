import { readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { conversationWorkflowId } from '../../services/temporal/workflow-ids.ts';
import { startTestErrand, type TestErrand } from '../errand/start-test-errand.ts';
import { type ModelServer, startModelServer } from '../fakes/model-server.ts';

const patient = { timeout: 20_000 };
let model: ModelServer;
let errand: TestErrand;

beforeEach(async () => {
  model = await startModelServer();
  errand = await startTestErrand({ models: [model.endpoint], config: { idleAfter: '1s' } });
});
afterEach(async () => {
  await errand.end();
  await model.close();
});

async function completed(conversation: string): Promise<void> {
  const handle = errand.temporal.workflow.getHandle(conversationWorkflowId('hook', conversation));
  await expect.poll(async () => (await handle.describe()).status.name, patient).toBe('COMPLETED');
}

/** Says something to be remembered, and waits until the conversation has been put away. */
async function putAway(conversation: string): Promise<{ newest: string; folder: string }> {
  await errand.ask('my name is Ada', { conversation });
  await completed(conversation);
  const folder = join(errand.dataDir, 'objects', 'memory', 'hook', conversation);
  const names = (await readdir(folder)).filter((name) => /^\d+\.json$/.test(name)).sort();
  return { newest: join(folder, names.at(-1) ?? ''), folder };
}

async function contents(folder: string): Promise<Record<string, string>> {
  const names = (await readdir(folder)).sort();
  const bodies = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')));
  return Object.fromEntries(names.map((name, index) => [name, bodies[index] ?? '']));
}

/** Whether the last question to the model told it what was said before. */
function knewAda(): boolean {
  const asked = model.requests.at(-1)?.body.messages.map(({ content }) => content) ?? [];
  return asked.some((content) => content.includes('my name is Ada'));
}

describe('a memory that was damaged while its conversation slept', () => {
  it.each([
    ['garbage', (file: string) => writeFile(file, 'not a snapshot')],
    ['nothing', (file: string) => rename(file, `${file}.away`)],
  ])('by %s in its place is reported, kept as it is, and used again when it is mended', async (_, damage) => {
    const { newest, folder } = await putAway('c1');
    const whole = await readFile(newest);
    await damage(newest);
    const damaged = await contents(folder);
    const asked = model.count();

    const { reply } = await errand.ask('what is my name?', { conversation: 'c1', id: 'm-damaged' });
    expect(reply).toMatchObject({
      outcome: 'failed',
      text: expect.stringMatching(/memory of this conversation is damaged/),
    });
    await expect
      .poll(() => errand.run('m-damaged'), patient)
      .toMatchObject({ status: 'failed', error: { type: 'MemoryDamaged' } });
    expect((await errand.ask('/status', { conversation: 'c1' })).reply.text).toMatch(/memory .* is damaged/);
    expect((await errand.ask('still there?', { conversation: 'c1' })).reply.outcome).toBe('failed');
    expect(model.count()).toBe(asked);
    expect(await contents(folder)).toEqual(damaged);
    expect((await errand.ask('hello', { conversation: 'c-other' })).reply.outcome).toBe('answered');

    await writeFile(newest, whole);
    expect((await errand.ask('what is my name?', { conversation: 'c1' })).reply.outcome).toBe('answered');
    expect(knewAda()).toBe(true);
    await completed('c1');
    expect((await errand.ask('and now?', { conversation: 'c1' })).reply.outcome).toBe('answered');
    expect(knewAda()).toBe(true);
  });

  it('and whose store went away altogether waits for it rather than begin anew', async () => {
    await putAway('c1');
    const store = join(errand.dataDir, 'objects');
    await rename(store, `${store}.away`);
    const refused = await errand.post('what is my name?', { conversation: 'c1', id: 'm-away' });
    expect(refused.status).toBe(503);
    // Temporal has the message all the same: its conversation looks for its memory, and sleeps on it.
    const handle = errand.temporal.workflow.getHandle(conversationWorkflowId('hook', 'c1'));
    const looked = async () => {
      const { events } = await handle.fetchHistory();
      return events?.some((event) => event.timerStartedEventAttributes) ?? false;
    };
    await expect.poll(looked, patient).toBe(true);
    await rename(`${store}.away`, store);
    expect((await errand.ask('what is my name?', { conversation: 'c1', id: 'm-away' })).reply.outcome).toBe(
      'answered',
    );
    expect(knewAda()).toBe(true);
    expect(errand.receiver.ledger.size).toBe(2);
  });
});
