import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Attachment, accountConfig, attachment as schema } from '../../contracts/index.ts';
import { createEgress } from '../../services/egress/index.ts';
import { type ObjectStore, ObjectTooLarge, openObjectStore } from '../../services/objects/index.ts';
import { createLogger } from '../../services/telemetry/index.ts';
import { AccessTokens } from '../access-tokens.ts';
import type { FetchedAttachment } from '../channel.ts';
import { defineChannel } from '../define-channel.ts';
import { DeliveryError } from '../delivery-error.ts';
import { fetchAll } from './fetch-all.ts';
import { readAttachment, readAttachments } from './stored.ts';

const account = accountConfig.parse({ id: 'tg', kind: 'telegram', botToken: 't' });
const png = Buffer.from('\x89PNG\r\n\x1a\n rest', 'latin1');
const zip = Buffer.from('PK\x03\x04 rest', 'latin1');
const text = Buffer.from('<script>alert(1)</script>');

/** What the platform gives for each file: bytes, or an error that goes away after as many tries. */
type File = FetchedAttachment | { error: Error; tries: number };
const files: Record<string, File> = {};
let asked: string[];
const platform = defineChannel({
  kind: 'telegram',
  problems: () => [],
  addressOf: () => ({}),
  compose: () => [],
  post: async () => ({}),
  async fetchAttachment({ source }, _, { maxBytes }) {
    const id = String(source?.id);
    asked.push(id);
    const file = files[id] ?? { error: new DeliveryError('gone', { retryable: false }), tries: 9 };
    if ('error' in file && file.tries-- > 0) throw file.error;
    const { body, ...names } = 'error' in file ? { body: png } : file;
    if (body.byteLength > maxBytes) throw new ObjectTooLarge(id, body.byteLength, maxBytes);
    return { body, ...names };
  },
});

let directory: string;
let objects: ObjectStore;
beforeEach(async () => {
  asked = [];
  directory = await mkdtemp(join(tmpdir(), 'errand-attachments-'));
  objects = await openObjectStore({ url: `file://${directory}`, env: {} });
});
afterEach(async () => {
  await objects.close();
  await rm(directory, { recursive: true, force: true });
});

const owner = { account: 'tg', runId: 'r'.repeat(26) };
function fetched(attachments: Attachment[], { channel = platform, language = 'en' as const } = {}) {
  return fetchAll(attachments, {
    channelOf: () => channel,
    objects,
    egress: createEgress({ allow: [] }),
    tokens: new AccessTokens(),
    logger: createLogger({ level: 'silent', secrets: [] }),
    account,
    runId: owner.runId,
    language,
    signal: new AbortController().signal,
  });
}
async function one(attachment: Omit<Attachment, 'source'>, file: File): Promise<Attachment> {
  files.it = file;
  const [found] = await fetched([{ ...attachment, source: { id: 'it' } }]);
  return schema.parse(found);
}

describe('what came with a message', () => {
  it('is in the store, in order, under what its bytes say it is', async () => {
    Object.assign(files, { a: { body: png, mimeType: 'application/octet-stream', name: 'a.png' } });
    Object.assign(files, { b: { body: zip, mimeType: 'application/vnd.ms-excel' }, c: { body: text } });
    const found = await fetched([
      { kind: 'image', source: { id: 'a' } },
      { kind: 'file', name: 'b.xlsx', source: { id: 'b' } },
      { kind: 'file', name: 'page.html', mimeType: 'text/html', source: { id: 'c' } },
    ]);
    const key = (n: number) => `attachments/tg/${owner.runId}/${n}`;
    expect(found).toEqual([
      { kind: 'image', name: 'a.png', mimeType: 'image/png', bytes: png.byteLength, key: key(0) },
      {
        kind: 'file',
        name: 'b.xlsx',
        mimeType: 'application/vnd.ms-excel',
        bytes: zip.byteLength,
        key: key(1),
      },
      { kind: 'file', name: 'page.html', mimeType: 'text/html', bytes: text.byteLength, key: key(2) },
    ]);
    expect(await readAttachments(objects, owner)).toEqual(found);
    expect(Buffer.from((await readAttachment(objects, owner, 0))?.body ?? [])).toEqual(png);
    expect(await readAttachment(objects, owner, 3)).toBeNull();
    expect(await readAttachments(objects, { ...owner, account: 'other' })).toEqual([]);
  });

  it('is not taken for an image, a sound or a film that it is not', async () => {
    for (const kind of ['image', 'audio', 'video'] as const) {
      const { key, problem, source } = await one({ kind }, { body: text, mimeType: `${kind}/png` });
      expect([key, problem, source]).toEqual([undefined, expect.stringContaining('not the kind'), undefined]);
    }
    expect((await one({ kind: 'audio' }, { body: png })).problem).toContain('not the kind');
    expect((await one({ kind: 'audio' }, { body: Buffer.from('    ftypmp42') })).mimeType).toBe('video/mp4');
  });

  it('is refused above 20 MB, unasked where its size is known', async () => {
    const large = { body: Buffer.alloc(20 * 1024 * 1024 + 1) };
    expect((await one({ kind: 'file' }, large)).problem).toContain('too large');
    expect((await one({ kind: 'file', bytes: 20 * 1024 * 1024 + 1 }, large)).problem).toContain('20 MB');
    expect(asked).toEqual(['it']);
  });

  it('is asked for once more after a fault that passes, and the person hears of one that stays', async () => {
    const fault = (retryable: boolean, tries: number, retryAfterMs = 0) =>
      one({ kind: 'image' }, { error: new DeliveryError('no', { retryable, retryAfterMs }), tries });
    expect((await fault(true, 1)).key).toBeDefined();
    expect((await fault(true, 2)).problem).toContain('could not be downloaded');
    expect((await fault(false, 1)).problem).toContain('could not be downloaded');
    expect((await fault(true, 1, 60_000)).problem).toContain('could not be downloaded');
    expect(asked).toHaveLength(6);
  });

  it('cannot be fetched where the channel knows no way', async () => {
    const { fetchAttachment: _, ...channel } = platform;
    const [found] = await fetched([{ kind: 'image', source: { id: 'a' } }], { channel, language: 'en' });
    expect(found).toEqual({ kind: 'image', problem: 'I cannot receive files here.' });
  });
});
