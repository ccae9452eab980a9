import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { flowDiff } from '../../contracts/index.ts';
import { bodyOf, problemOf, startTestApi, type TestApi } from '../api/start-test-api.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.close());

const errors = z.object({ errors: z.array(z.object({ code: z.string(), message: z.string() })) });
const reportOf = (id: string, text: string) => ({
  schemaVersion: 1,
  id,
  name: { en: 'Report', zh: '报告' },
  nodes: [
    { id: 'call', kind: 'trigger.webhook' },
    { id: 'say', kind: 'notify', config: { text } },
  ],
  edges: [{ from: 'call', to: 'say' }],
});

const call = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
  api.api(`/api/v1${path}`, {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
const importText = (
  text: string | Uint8Array<ArrayBuffer>,
  query = '',
  headers: Record<string, string> = {},
) =>
  api.api(`/api/v1/flows/import${query}`, {
    method: 'POST',
    headers: { 'content-type': 'application/yaml', ...headers },
    body: text,
  });
const publish = async (document: ReturnType<typeof reportOf>, note = '') => {
  await call('PUT', `/flows/${document.id}`, document);
  const response = await call('POST', `/flows/${document.id}/publish`, { note });
  expect(response.status).toBe(200);
};

describe('versions', () => {
  beforeAll(async () => {
    await publish(reportOf('report', 'one'), 'first');
    await publish(reportOf('report', 'two'), 'second');
    await call('PUT', '/flows/report', reportOf('report', 'three'));
  });

  test('are compared with each other and with the draft, field by field', async () => {
    const change = (before: string, after: string) => ({
      nodes: {
        added: [],
        removed: [],
        changed: [{ id: 'say', fields: [{ path: ['config', 'text'], before, after }] }],
      },
      edges: { added: [], removed: [] },
      fields: [],
    });
    const diff = async (query: string) => bodyOf(flowDiff, await call('GET', `/flows/report/diff${query}`));
    expect(await diff('?from=1&to=2')).toEqual(change('one', 'two'));
    expect(await diff('?from=2&to=draft')).toEqual(change('two', 'three'));
    expect(await diff('')).toEqual(change('two', 'three'));
    expect((await diff('?from=2&to=2')).nodes.changed).toEqual([]);
    for (const [path, status] of [
      ['/flows/report/diff?from=1&to=9', 404],
      ['/flows/nothing/diff?from=1&to=draft', 404],
      ['/flows/report/diff?from=latest', 400],
      ['/flows/report/diff?from=-1', 400],
    ] as const) {
      expect((await problemOf(await call('GET', path))).status, path).toBe(status);
    }
  });

  test('are made of the draft that was seen, when it is named', async () => {
    const saved = await call('PUT', '/flows/seen', reportOf('seen', 'mine'));
    const seen = { 'if-match': saved.headers.get('etag') ?? '' };
    await call('PUT', '/flows/seen', reportOf('seen', 'theirs'));
    const refused = await call('POST', '/flows/seen/publish', { note: '' }, seen);
    expect((await problemOf(refused)).status).toBe(412);
    expect((await call('GET', '/flows/seen/versions')).status).toBe(404);
    const current = (await call('GET', '/flows/seen')).headers.get('etag') ?? '';
    expect((await call('POST', '/flows/seen/publish', {}, { 'if-match': current })).status).toBe(200);
  });

  test('become the draft again, under its ETag when one is named', async () => {
    await publish(reportOf('undone', 'good'));
    const saved = await call('PUT', '/flows/undone', reportOf('undone', 'bad'));
    const stale = { 'if-match': '"stale"' };
    const refused = await call('POST', '/flows/undone/versions/1/restore', undefined, stale);
    expect((await problemOf(refused)).type).toBe('precondition-failed');
    const fresh = { 'if-match': saved.headers.get('etag') ?? '' };
    const restored = await call('POST', '/flows/undone/versions/1/restore', undefined, fresh);
    expect(restored.status).toBe(204);
    const draft = await call('GET', '/flows/undone');
    expect(draft.headers.get('etag')).toBe(restored.headers.get('etag'));
    expect(await draft.json()).toEqual(reportOf('undone', 'good'));
    expect((await call('POST', '/flows/undone/versions/9/restore')).status).toBe(404);
  });
});

describe('export and import', () => {
  test('carry a version from one flow to another as a file', async () => {
    await publish(reportOf('carried', 'line one\nline two'), 'ready');
    const exported = await call('GET', '/flows/carried/export?version=1');
    expect(exported.headers.get('content-type')).toBe('application/yaml; charset=utf-8');
    expect(exported.headers.get('content-disposition')).toBe('attachment; filename="carried-1.yaml"');
    const text = await exported.text();
    expect(text).toMatch(/^# Flow carried: Report \/ 报告\n# version 1: ready\n# SHA-256 [0-9a-f]{64}\n/);
    const imported = await importText(text, '?id=copied');
    expect([imported.status, await imported.json()]).toEqual([201, { id: 'copied' }]);
    const copy = await call('GET', '/flows/copied');
    expect(copy.headers.get('etag')).toBe(imported.headers.get('etag'));
    expect(await copy.json()).toEqual(reportOf('copied', 'line one\nline two'));
    expect(await (await call('GET', '/flows/carried/export')).text()).toBe(text);
    expect(await (await call('GET', '/flows/copied/export?version=draft')).text()).toContain('# draft\n');
    expect((await call('GET', '/flows/nothing/export')).status).toBe(404);
  });

  test('replace nothing that is there, but for who has seen it', async () => {
    const saved = await call('PUT', '/flows/taken', reportOf('taken', 'mine'));
    const theirs = JSON.stringify(reportOf('taken', 'theirs'));
    expect((await problemOf(await importText(theirs))).type).toBe('conflict');
    expect((await problemOf(await importText(theirs, '?id=assistant'))).type).toBe('conflict');
    const stale = await importText(theirs, '', { 'if-match': '"stale"' });
    expect((await problemOf(stale)).type).toBe('precondition-failed');
    expect(await (await call('GET', '/flows/taken')).json()).toEqual(reportOf('taken', 'mine'));
    const seen = await importText(theirs, '', { 'if-match': saved.headers.get('etag') ?? '' });
    expect(seen.status).toBe(201);
    expect(await (await call('GET', '/flows/taken')).json()).toEqual(reportOf('taken', 'theirs'));
  });

  test('say all that is wrong with a file at once, and write nothing', async () => {
    const codesOf = async (text: string) => {
      const response = await importText(text);
      expect(response.status).toBe(422);
      return (await bodyOf(errors, response)).errors.map(({ code }) => code);
    };
    const wrong = { ...reportOf('wrong', '{{ 1 + }}'), edges: [{ from: 'call', to: 'nowhere' }] };
    expect((await codesOf(JSON.stringify(wrong))).length).toBeGreaterThanOrEqual(2);
    expect(await codesOf(JSON.stringify({ ...wrong, schemaVersion: 2 }))).toEqual(['newer_schema']);
    expect(await codesOf('id: a\nid: b\nname: {en: [}\n')).toEqual(Array(3).fill('not_readable'));
    expect(await codesOf('just text')).toEqual(['invalid_document']);
    expect(await codesOf('')).toEqual(['invalid_document']);
    const bomb = Array.from({ length: 30 }, (_, at) =>
      at === 0 ? 'l0: &l0 [x, x]' : `l${at}: &l${at} [*l${at - 1}, *l${at - 1}]`,
    );
    expect(await codesOf(bomb.join('\n'))).toEqual(['not_readable']);
    expect(await codesOf(`id: a\nnodes: ${'['.repeat(50_000)}`)).not.toEqual([]);
    expect((await call('GET', '/flows/wrong')).status).toBe(404);
    expect((await importText('x'.repeat(2_000_001))).status).toBe(413);
    expect((await importText(new Uint8Array([0x69, 0xff, 0xfe]))).status).toBe(400);
    expect((await importText('id: a', '?id=UPPER')).status).toBe(400);
    expect((await fetch(`${api.url}/api/v1/flows/import`, { method: 'POST', body: 'id: a' })).status).toBe(
      401,
    );
  });
});

test('a flow is put away: not listed, not run by name, but kept; saving it brings it back', async () => {
  await publish(reportOf('away', 'one'));
  expect((await call('DELETE', '/flows/away')).status).toBe(204);
  const listed = async () => JSON.stringify(await (await call('GET', '/flows')).json());
  expect(await listed()).not.toContain('"away"');
  expect((await problemOf(await call('POST', '/flows/away/run', {}))).type).toBe('not-found');
  expect((await call('GET', '/flows/away/versions/1')).status).toBe(200);
  expect((await call('PUT', '/flows/away', reportOf('away', 'two'))).status).toBe(204);
  expect(await listed()).toContain('"away"');
  expect((await call('POST', '/flows/away/run', {})).status).toBe(202);
  expect((await call('DELETE', '/flows/never')).status).toBe(404);
  expect((await problemOf(await call('DELETE', '/flows/assistant'))).detail).toContain('hook');
});
