import { z } from 'zod';
import { type Attachment, attachment } from '../../contracts/index.ts';
import { encodeKeySegment, type ObjectStore } from '../../services/objects/index.ts';

/** Most bytes of one attachment. */
export const attachmentLimit = 20 * 1024 * 1024;
const listLimit = 100_000;

/** Whose attachments: of a message, by its run. */
export interface AttachmentOwner {
  account: string;
  runId: string;
}

/** `n` counts from 0, in the order of the message. */
export function attachmentKey(owner: AttachmentOwner, n: number): string {
  return `${folderOf(owner)}/${n}`;
}

/** Notes what became of a message's attachments, for whoever shows them. Throws `ObjectStoreUnavailable`. */
export async function writeAttachments(
  objects: ObjectStore,
  owner: AttachmentOwner,
  list: Attachment[],
): Promise<void> {
  await objects.put(listKey(owner), Buffer.from(JSON.stringify(list)));
}

/** Empty where a message had none, or they are gone. Throws `ObjectStoreUnavailable`. */
export async function readAttachments(
  objects: Pick<ObjectStore, 'get'>,
  owner: AttachmentOwner,
): Promise<Attachment[]> {
  const stored = await objects.get(listKey(owner), { maxBytes: listLimit });
  return stored ? z.array(attachment).parse(JSON.parse(Buffer.from(stored.body).toString('utf8'))) : [];
}

/** Null where there is none. Throws `ObjectStoreUnavailable`. */
export async function readAttachment(
  objects: Pick<ObjectStore, 'get'>,
  owner: AttachmentOwner,
  n: number,
): Promise<{ attachment: Attachment; body: Uint8Array } | null> {
  const found = (await readAttachments(objects, owner))[n];
  const stored = found?.key && (await objects.get(found.key, { maxBytes: attachmentLimit }));
  return found && stored ? { attachment: found, body: stored.body } : null;
}

function folderOf({ account, runId }: AttachmentOwner): string {
  return `attachments/${encodeKeySegment(account)}/${encodeKeySegment(runId)}`;
}

function listKey(owner: AttachmentOwner): string {
  return `${folderOf(owner)}/list.json`;
}
