import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  ledger as ledgerSchema,
  type Run,
  runPage,
  run as runSchema,
  startedRun,
} from '../../contracts/index.ts';
import { messageRunId } from '../../services/runs/index.ts';
import { conversationWorkflowId } from '../../services/temporal/workflow-ids.ts';
import { bodyOf, order, startTestApi } from '../api/start-test-api.ts';
import { startTestErrand, type TestErrand } from '../errand/start-test-errand.ts';
import { type ModelServer, startModelServer } from '../fakes/model-server.ts';

/** Waits a day between its trigger and its end. */
const patient = {
  schemaVersion: 1,
  id: 'patient',
  name: { en: 'Patient', zh: '等待' },
  nodes: [
    { id: 'call', kind: 'trigger.webhook' },
    { id: 'pause', kind: 'wait', config: { for: '1d' } },
    { id: 'end', kind: 'transform', config: { output: 'done' } },
  ],
  edges: [
    { from: 'call', to: 'pause' },
    { from: 'pause', to: 'end' },
  ],
};

describe('with a worker', () => {
  let model: ModelServer;
  let errand: TestErrand;
  beforeAll(async () => {
    model = await startModelServer({ latencyMs: 500 });
    errand = await startTestErrand({ models: [model.endpoint] });
  });
  afterAll(async () => {
    await errand.end();
    await model.close();
  });

  const send = (method: string, path: string, body: unknown) =>
    errand.api(`/api/v1${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  const list = async (filters: string) => bodyOf(runPage, await errand.api(`/api/v1/runs?${filters}`));
  const show = async (id: string): Promise<Run> => bodyOf(runSchema, await errand.api(`/api/v1/runs/${id}`));
  const cancel = (id: string) => errand.api(`/api/v1/runs/${id}/cancel`, { method: 'POST' });

  test('a run that waits is listed, shown with its nodes, cancelled once, and kept', async () => {
    await send('PUT', '/flows/patient', patient);
    await send('POST', '/flows/patient/publish', {});
    const { runId } = await bodyOf(startedRun, await send('POST', '/flows/patient/run', {}));
    await expect
      .poll(async () => (await list('status=waiting&flow=patient')).runs[0]?.id, { timeout: 20_000 })
      .toBe(runId);
    const waiting = await show(runId);
    expect(waiting.nodes.find(({ id }) => id === 'pause')?.status).toBe('waiting');

    expect((await cancel(runId)).status).toBe(202);
    await expect.poll(async () => (await show(runId)).status, { timeout: 20_000 }).toBe('cancelled');
    expect((await list('status=waiting&flow=patient')).runs).toEqual([]);
    await expect.poll(async () => (await cancel(runId)).status, { timeout: 20_000 }).toBe(409);
    expect((await list('status=cancelled&flow=patient')).runs.map(({ id }) => id)).toEqual([runId]);
  });

  test('the run of a message is found under way by its message, and cancelled: the person is told', async () => {
    const id = 'to-be-cancelled';
    await errand.post('something long', { id, conversation: 'c-cancel' });
    const runId = messageRunId('hook', id);
    const [found] = (await list(`messageId=${id}`)).runs;
    expect(found).toMatchObject({ id: runId, conversation: 'c-cancel', messageId: id });
    expect((await cancel(runId)).status).toBe(202);
    const { reply } = await errand.finalReply(id);
    expect(reply.outcome).toBe('cancelled');
    await expect.poll(async () => (await show(runId)).status, { timeout: 20_000 }).toBe('cancelled');
  });

  test('ended runs are paged through without a gap or a repeat, and filtered', async () => {
    for (const text of ['one apple', 'two pears', 'three apples'])
      await errand.ask(text, { conversation: 'c-fruit' });
    await expect
      .poll(async () => (await list('conversation=c-fruit&status=answered')).runs.length, { timeout: 20_000 })
      .toBe(3);
    const seen: string[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const page = await list(
        `conversation=c-fruit&limit=1${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`,
      );
      seen.push(...page.runs.map(({ text }) => text));
      cursor = page.next;
    }
    expect(seen).toEqual(['three apples', 'two pears', 'one apple']);
    const apples = await list('conversation=c-fruit&text=APPLE');
    expect(apples.runs.map(({ text }) => text)).toEqual(['three apples', 'one apple']);
    expect((await list('conversation=c-fruit&user=nobody')).runs).toEqual([]);
  });

  test('the ledger adds up once everything has ended', async () => {
    await errand.ask('count me', { conversation: 'c-count' });
    await expect
      .poll(
        async () => {
          const { accepted, answered, failed, cancelled, running, waiting, missing, unaccepted } =
            await errand.ledger();
          return [accepted - answered - failed - cancelled, running, waiting, missing, unaccepted];
        },
        { timeout: 20_000 },
      )
      .toEqual([0, 0, 0, [], []]);
  });

  test('what does not exist is 404, what is no id, cursor or filter is 400', async () => {
    const status = async (path: string, init?: RequestInit) =>
      (await errand.api(`/api/v1${path}`, init)).status;
    const unknown = 'a'.repeat(26);
    expect(await status(`/runs/${unknown}`)).toBe(404);
    expect(await status(`/runs/${unknown}/cancel`, { method: 'POST' })).toBe(404);
    expect(await status('/runs/short')).toBe(400);
    for (const query of [
      'limit=0',
      'limit=1000',
      'status=odd',
      'from=yesterday',
      'cursor=x',
      'cursor=ended:x',
    ]) {
      expect(`${query} ${await status(`/runs?${query}`)}`).toBe(`${query} 400`);
    }
  });
});

describe('without a worker', () => {
  test('accepted messages are listed and shown as far as they are known, and count as running', async () => {
    const api = await startTestApi();
    try {
      await api.post({ ...order, text: 'anybody there?' }, { id: 'waiting' });
      const id = messageRunId('hook', 'waiting');
      const page = await bodyOf(runPage, await api.api('/api/v1/runs?status=running'));
      expect(page.runs).toMatchObject([{ id, status: 'running', messageId: 'waiting', conversation: 'c1' }]);
      const shown = await bodyOf(runSchema, await api.api(`/api/v1/runs/${id}`));
      expect(shown).toMatchObject({ id, status: 'running', nodes: [] });
    } finally {
      await api.close();
    }
  });

  test('a message is missing only when no open workflow holds it', async () => {
    let ahead = 0;
    const api = await startTestApi({ clock: () => Date.now() + ahead });
    const books = async () => bodyOf(ledgerSchema, await api.api('/api/v1/ledger'));
    try {
      await api.post({ ...order, conversation: 'held' }, { id: 'held' });
      await api.post({ ...order, conversation: 'lost' }, { id: 'lost' });
      expect(await books()).toMatchObject({ accepted: 2, running: 2, missing: [] });
      await api.temporal.workflow.getHandle(conversationWorkflowId('hook', 'lost')).terminate('by hand');
      expect(await books()).toMatchObject({ running: 2, missing: [] });
      ahead = 60_000;
      expect(await books()).toMatchObject({
        accepted: 2,
        running: 1,
        missing: [{ account: 'hook', messageId: 'lost' }],
      });
    } finally {
      await api.close();
    }
  });
});
