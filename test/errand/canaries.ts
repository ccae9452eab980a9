import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import type { FlowDocument } from '../../contracts/flow.ts';
import type { Reply } from '../fakes/model-server.ts';

/** Unlike anything else; found again in any form that keeps its letters and digits together. */
const canary = (): string => randomBytes(24).toString('hex');
export const canaries = {
  modelKey: canary(),
  backupKey: canary(),
  backupHeader: canary(),
  adminToken: canary(),
  awsKeyId: canary(),
  awsSecret: canary(),
  awsSession: canary(),
  // Base64 too, of 36 bytes.
  webhook: canary(),
};
/** Of the webhook account. */
export const secret = `whsec_${canaries.webhook}`;

/** The canaries in a text, by name; half of one counts. */
export function leaksIn(text: string): string[] {
  return Object.entries(canaries)
    .filter(([, value]) => text.includes(value.slice(0, 24)) || text.includes(value.slice(-24)))
    .map(([name]) => name);
}

const quoted = `Authorization: Bearer ${canaries.modelKey}, x-key: ${canaries.backupHeader}`;
const asError = (message: string): string => JSON.stringify({ error: { message, type: 'x', code: null } });
/** What vendors answer that quote the key in what goes wrong, by the word that an order begins with. */
export const quotes: Record<string, Reply> = {
  refused: { status: 401, body: asError(`Incorrect API key provided: ${canaries.modelKey}`) },
  broken: { status: 500, body: asError(`upstream failed with ${quoted}`) },
  wrong: { status: 400, body: asError(`bad request with ${quoted}`) },
  page: { status: 502, body: `<pre>${quoted}</pre>`, headers: { 'content-type': 'text/html' } },
  ...Object.fromEntries(
    // A message is cut somewhere; where it is must not decide whether a secret is recognised.
    [245, 250, 255, 260, 265].map((before) => [
      `cut-after-${before}`,
      { status: 500, body: asError(`${'.'.repeat(before)}${canaries.modelKey} and more`) },
    ]),
  ),
};

/** One question to a model, asked once. */
export const askOnce: FlowDocument = {
  schemaVersion: 1,
  id: 'ask-once',
  name: { en: 'Ask once', zh: '问一次' },
  nodes: [
    { id: 'message', kind: 'trigger.message' },
    { id: 'ask', kind: 'model', config: { prompt: '{{ trigger.text }}' }, retry: { maximumAttempts: 1 } },
    { id: 'say', kind: 'notify', config: { text: '{{ nodes.ask.output.text }}' } },
  ],
  edges: [
    { from: 'message', to: 'ask' },
    { from: 'ask', to: 'say' },
  ],
};

/** A file's bytes as text, unpacked where it is packed. */
export async function contentsOf(path: string): Promise<string> {
  const body = await readFile(path);
  return (path.endsWith('.gz') ? gunzipSync(body) : body).toString('latin1');
}

/** All strings and bytes of a history, as text. */
export function textOf(value: unknown): string {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('latin1');
  if (typeof value !== 'object' || value === null) return String(value);
  return Object.values(value).map(textOf).join('\n');
}
