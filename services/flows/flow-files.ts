import { z } from 'zod';
import { type FlowDocument, flowDocument, flowId, flowLimits, flowVersion } from '../../contracts/index.ts';
import type { ObjectStore } from '../objects/index.ts';
import { canonicalHash } from './canonical.ts';
import { FlowInvalid } from './errors.ts';

/** A published version as it is kept: `flows/<id>/versions/<version>.json`. Created once, never changed. */
const publishedFlow = flowVersion.extend({
  version: z.number().int().nonnegative(),
  document: flowDocument,
});
export type PublishedFlow = z.infer<typeof publishedFlow>;

/** A document and what a version says around it. */
const maxFileBytes = 2 * flowLimits.documentBytes;

export const flowsPrefix = 'flows/';

/** False for what cannot be the id of a flow, and so not be part of a key. */
export function isFlowId(id: string): boolean {
  return flowId.safeParse(id).success;
}

export function draftKey(id: string): string {
  return `${flowsPrefix}${id}/draft.json`;
}

/** Where a flow that was put away says so. */
export function archivedKey(id: string): string {
  return `${flowsPrefix}${id}/archived.json`;
}

export function versionsPrefix(id: string): string {
  return `${flowsPrefix}${id}/versions/`;
}

/** Eight digits, so that keys sort as versions do. */
export function versionKey(id: string, version: number): string {
  return `${versionsPrefix(id)}${String(version).padStart(8, '0')}.json`;
}

/** Which flow a key belongs to, and what it is of that; the number of a version. */
export function partsOfKey(key: string): { id: string; part: 'draft' | 'archived' | number } | null {
  const match = /^flows\/([a-z][a-z0-9-]*)\/(?:(draft|archived)|versions\/(\d{8}))\.json$/.exec(key);
  if (!match?.[1]) return null;
  const [, id, word, digits] = match;
  return { id, part: word === 'draft' || word === 'archived' ? word : Number(digits) };
}

/** The newest version in the store above `known`, or `known`. */
export async function newestVersion(objects: ObjectStore, id: string, known: number): Promise<number> {
  let newest = known;
  for await (const { key } of objects.list(versionsPrefix(id), { startAfter: versionKey(id, known) })) {
    const part = partsOfKey(key)?.part;
    if (typeof part === 'number') newest = Math.max(newest, part);
  }
  return newest;
}

/** Throws `FlowInvalid` when what is stored is not what was published. */
export async function readPublished(
  objects: ObjectStore,
  id: string,
  version: number,
): Promise<PublishedFlow | null> {
  const found = await objects.get(versionKey(id, version), { maxBytes: maxFileBytes });
  if (!found) return null;
  const published = parseDocument(id, found.body, publishedFlow);
  if (published.version !== version || published.hash !== canonicalHash(published.document)) {
    throw new FlowInvalid(id, [{ code: 'damaged', message: `version ${version} is not what was published` }]);
  }
  return published;
}

/** Throws `FlowInvalid`. */
export async function readDraft(
  objects: ObjectStore,
  id: string,
): Promise<{ document: FlowDocument; etag: string } | null> {
  const found = await objects.get(draftKey(id), { maxBytes: maxFileBytes });
  return found ? { document: parseDocument(id, found.body, flowDocument), etag: found.etag } : null;
}

function parseDocument<T>(id: string, body: Uint8Array, schema: z.ZodType<T>): T {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(body).toString('utf8'));
  } catch {
    throw new FlowInvalid(id, [{ code: 'damaged', message: 'what is stored is not JSON' }]);
  }
  return parseFlow(id, value, schema);
}

/** Throws `FlowInvalid` with each place where the value is not of the schema's form. */
export function parseFlow<T>(id: string, value: unknown, schema: z.ZodType<T>): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new FlowInvalid(
    id,
    result.error.issues.slice(0, 100).map((issue) => ({
      field: issue.path.join('.'),
      code: issue.code,
      message: `${issue.path.join('.') || 'the document'}: ${issue.message}`,
    })),
  );
}
