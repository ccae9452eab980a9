import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
  type FlowDocument,
  resumedRuns,
  run,
  runErrorGroup,
  runPage,
  startedRun,
} from '../../contracts/index.ts';
import { problemOf } from '../api/start-test-api.ts';
import { startTestErrand, type TestErrand } from '../errand/start-test-errand.ts';

let errand: TestErrand;
beforeAll(async () => {
  errand = await startTestErrand({ models: ['http://127.0.0.1:9/v1'] });
});
afterAll(() => errand.end());

const json = { 'content-type': 'application/json' };
const post = (path: string, body: unknown = {}) =>
  errand.api(`/api/v1${path}`, { method: 'POST', headers: json, body: JSON.stringify(body) });
const bodyOf = async <T>(type: z.ZodType<T>, response: Response) => type.parse(await response.json());
const show = async (id: string) => bodyOf(run, await errand.api(`/api/v1/runs/${id}`));
const ended = async (id: string) => {
  await expect.poll(async () => (await show(id)).finishedAt).not.toBeNull();
  return show(id);
};
const resumed = async (id: string, body: unknown = {}) => {
  const response = await post(`/runs/${id}/resume`, body);
  expect(response.status).toBe(202);
  return ended((await bodyOf(startedRun, response)).runId);
};

/** Fails at `parse` while it says `broken`. */
const reportOf = (id: string, parse: string, name = 'parse'): FlowDocument => ({
  schemaVersion: 1,
  id,
  name: { en: id, zh: id },
  nodes: [
    { id: 'call', kind: 'trigger.webhook' },
    { id: 'fetch', kind: 'transform', config: { output: '{{ trigger.input }}' } },
    { id: name, kind: 'transform', config: { output: parse } },
    { id: 'end', kind: 'transform', config: { output: `{{ nodes.${name}.output }}` } },
  ],
  edges: [
    { from: 'call', to: 'fetch' },
    { from: 'fetch', to: name },
    { from: name, to: 'end' },
  ],
});
const broken = '{{ nodes.fetch.output.text + 1 }}';
const mended = '{{ nodes.fetch.output.text }}';

describe('a failed run', () => {
  it('goes on from the failed node with the corrected flow, and keeps what was finished', async () => {
    await errand.publish(reportOf('mend', broken));
    const failed = await errand.runFlow('mend', { text: 'hello' });
    expect(failed).toMatchObject({ status: 'failed', error: { type: 'ExpressionError', node: 'parse' } });
    await errand.publish(reportOf('mend', mended));
    const again = await resumed(failed.id);
    expect(again).toMatchObject({
      status: 'answered',
      flow: { id: 'mend', version: 2 },
      resumedFrom: failed.id,
      user: 'admin',
    });
    expect(again.nodes.find(({ id }) => id === 'end')?.output).toBe('hello');
    const { runs } = await bodyOf(runPage, await errand.api(`/api/v1/runs?resumedFrom=${failed.id}`));
    expect(runs.map(({ id }) => id)).toEqual([again.id]);
  });

  it('goes on in the version, from the node and with the outputs that are named', async () => {
    await errand.publish(reportOf('named', broken));
    const failed = await errand.runFlow('named', { text: 'hello' });
    await errand.publish(reportOf('named', mended));
    expect((await resumed(failed.id, { version: 1 })).error?.node).toBe('parse');
    const overridden = await resumed(failed.id, { version: 1, overrides: { parse: 'by hand' } });
    expect(overridden.nodes.at(-1)?.output).toBe('by hand');
    const redone = await resumed(failed.id, { fromNode: 'end', overrides: { parse: 'again' } });
    expect(redone.nodes.at(-1)?.output).toBe('again');
    const { runs } = await bodyOf(runPage, await errand.api(`/api/v1/runs?resumedFrom=${failed.id}`));
    expect(runs).toHaveLength(3);
  });

  it('does not go on with a version that lacks the node: the answer says which', async () => {
    await errand.publish(reportOf('lacking', broken));
    const failed = await errand.runFlow('lacking', { text: 'hello' });
    await errand.publish(reportOf('lacking', mended, 'read'));
    const refused = await post(`/runs/${failed.id}/resume`);
    expect(refused.status).toBe(422);
    expect(await refused.json()).toMatchObject({
      type: 'https://errand.dev/problems/resume-refused',
      nodes: ['parse'],
      detail: expect.stringContaining('parse'),
    });
    const unknown = await problemOf(await post(`/runs/${failed.id}/resume`, { fromNode: 'lost' }));
    expect([unknown.status, unknown.detail]).toEqual([422, expect.stringContaining('lost')]);
    expect((await post(`/runs/${failed.id}/resume`, { version: 9 })).status).toBe(404);
    expect((await post(`/runs/${failed.id}/resume`, { version: 'x' })).status).toBe(400);
    expect((await post(`/runs/${failed.id}/resume`, { fromnode: 'end' })).status).toBe(400);
  });

  it('is not gone on from while it runs, when nothing is kept of it, or when it never was', async () => {
    await errand.publish({
      ...reportOf('patient', mended),
      nodes: [
        { id: 'call', kind: 'trigger.webhook' },
        { id: 'pause', kind: 'wait', config: { for: '1d' } },
      ],
      edges: [{ from: 'call', to: 'pause' }],
    });
    const { runId } = await bodyOf(startedRun, await post('/flows/patient/run'));
    await expect.poll(async () => (await show(runId)).status).toBe('waiting');
    const running = await problemOf(await post(`/runs/${runId}/resume`));
    expect([running.status, running.detail]).toEqual([409, expect.stringContaining('still')]);
    await post(`/runs/${runId}/cancel`);
    await ended(runId);
    expect((await post(`/runs/${runId}/resume`)).status).toBe(202);
    expect((await post(`/runs/${'a'.repeat(26)}/resume`)).status).toBe(404);
    expect((await post('/runs/short/resume')).status).toBe(400);
    const nobody = await fetch(`${errand.url}/api/v1/runs/${runId}/resume`, { method: 'POST' });
    expect(nobody.status).toBe(401);
  });

  it('that nothing failed in goes on from a named node only', async () => {
    await errand.publish(reportOf('well', mended));
    const well = await errand.runFlow('well', { text: 'one' });
    expect((await problemOf(await post(`/runs/${well.id}/resume`))).type).toBe('resume-refused');
    const again = await resumed(well.id, { overrides: { fetch: { text: 'two' } } });
    expect(again.nodes.at(-1)?.output).toBe('two');
  });
});

describe('runs that failed the same way', () => {
  const groupsOf = async (flow: string) => {
    const response = await errand.api(`/api/v1/runs/errors?flow=${flow}`);
    return (await bodyOf(z.object({ groups: z.array(runErrorGroup) }), response)).groups;
  };

  it('are counted by type of error and node, and go on all at once, none of them twice', async () => {
    await errand.publish(reportOf('many', broken));
    const failed = await Promise.all([1, 2, 3].map((n) => errand.runFlow('many', { text: `${n}` })));
    expect(await groupsOf('many')).toMatchObject([
      { flow: 'many', errorType: 'ExpressionError', node: 'parse', count: 3, resumed: 0 },
    ]);
    await errand.publish(reportOf('many', mended));
    const filter = { flow: 'many', errorType: 'ExpressionError', node: 'parse' };
    const twoAtOnce = await Promise.all([post('/runs/resume', filter), post('/runs/resume', filter)]);
    const answers = await Promise.all(twoAtOnce.map((response) => bodyOf(resumedRuns, response)));
    const started = answers.flatMap((answer) => answer.resumed);
    expect(started.map(({ runId }) => runId).sort()).toEqual(failed.map(({ id }) => id).sort());
    for (const { newRunId } of started) expect((await ended(newRunId)).status).toBe('answered');
    expect(await groupsOf('many')).toMatchObject([{ count: 3, resumed: 3 }]);
    const late = await bodyOf(resumedRuns, await post('/runs/resume', filter));
    expect(late.resumed).toEqual([]);
    expect(late.refused).toHaveLength(3);
    expect(late.refused[0]?.reason).toContain('already');
  });

  it('go on by their ids, again when they failed again, and each refusal has its reason', async () => {
    await errand.publish(reportOf('ids', broken));
    const failed = await errand.runFlow('ids', { text: 'x' });
    const unknown = 'z'.repeat(26);
    const runIds = [failed.id, failed.id, unknown];
    const first = await bodyOf(resumedRuns, await post('/runs/resume', { runIds }));
    expect(first.refused).toEqual([{ runId: unknown, reason: expect.stringContaining('nothing is kept') }]);
    expect(first.resumed).toHaveLength(1);
    expect((await ended(first.resumed[0]?.newRunId ?? '')).status).toBe('failed');
    await errand.publish(reportOf('ids', mended));
    const second = await bodyOf(resumedRuns, await post('/runs/resume', { runIds: [failed.id] }));
    expect((await ended(second.resumed[0]?.newRunId ?? '')).status).toBe('answered');
    for (const body of [
      {},
      { runIds: [] },
      { errorType: 'Timeout' },
      { node: 'a', errorType: 'b', limit: 5_000 },
    ]) {
      expect((await post('/runs/resume', body)).status, JSON.stringify(body)).toBe(400);
    }
    expect((await errand.api('/api/v1/runs/errors?flow=UPPER')).status).toBe(400);
  });
});
