import { setTimeout as pause } from 'node:timers/promises';
import type { AccountConfig, Attachment, Language } from '../../contracts/index.ts';
import type { Egress } from '../../services/egress/index.ts';
import { type ObjectStore, ObjectStoreUnavailable, ObjectTooLarge } from '../../services/objects/index.ts';
import type { Logger } from '../../services/telemetry/index.ts';
import type { AccessTokens } from '../access-tokens.ts';
import type { Channel, FetchedAttachment } from '../channel.ts';
import { DeliveryError } from '../delivery-error.ts';
import { problemTexts } from './problem-texts.ts';
import { isOfKind, sniff } from './sniff.ts';
import { type AttachmentOwner, attachmentKey, attachmentLimit, writeAttachments } from './stored.ts';

/** Side by side; the bytes of as many are in memory. */
const atOnce = 3;
/** One more try, after what the platform asks for or a second, when it does not ask for too long. */
const retryMs = { least: 1_000, most: 5_000 } as const;
const nameLimit = 256;

export interface AttachmentDependencies {
  channelOf(kind: string): Channel | undefined;
  objects: ObjectStore;
  egress: Egress;
  tokens: AccessTokens;
  logger: Logger;
}

interface Work extends AttachmentDependencies {
  account: AccountConfig;
  runId: string;
  language: Language;
  signal: AbortSignal;
}

/**
 * Fetches a message's attachments into the object store. Each comes back with `key`, or with `problem` in the person's
 * language. Throws `ObjectStoreUnavailable` only.
 */
export async function fetchAll(attachments: Attachment[], work: Work): Promise<Attachment[]> {
  const { account, objects, runId } = work;
  const fetched = [...attachments];
  const waiting = [...attachments.entries()];
  const worker = async (): Promise<void> => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const [n, one] = next;
      fetched[n] = one.source ? await fetchOne(one, n, work) : one;
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  await writeAttachments(objects, { account: account.id, runId }, fetched);
  return fetched;
}

async function fetchOne(attachment: Attachment, n: number, work: Work): Promise<Attachment> {
  const { source: _, ...rest } = attachment;
  const { account, language, logger, objects, runId } = work;
  const problem = (why: keyof typeof problemTexts): Attachment => ({
    ...rest,
    problem: problemTexts[why][language],
  });
  const channel = work.channelOf(account.kind);
  if (!channel?.fetchAttachment) return problem('notPossible');
  if (rest.bytes !== undefined && rest.bytes > attachmentLimit) return problem('tooLarge');
  try {
    const found = await download(channel.fetchAttachment, attachment, work);
    if (found.body.byteLength > attachmentLimit) return problem('tooLarge');
    const sniffed = sniff(found.body);
    if (!isOfKind(rest.kind, sniffed)) return problem('notItsKind');
    const owner: AttachmentOwner = { account: account.id, runId };
    const key = attachmentKey(owner, n);
    await objects.put(key, found.body);
    return { ...rest, ...namesOf(attachment, found, sniffed), bytes: found.body.byteLength, key };
  } catch (error) {
    if (error instanceof ObjectStoreUnavailable) throw error;
    if (error instanceof ObjectTooLarge) return problem('tooLarge');
    logger.warn({ err: error, account: account.id, runId, n }, 'an attachment could not be fetched');
    return problem('notFetched');
  }
}

async function download(
  fetchAttachment: NonNullable<Channel['fetchAttachment']>,
  attachment: Attachment,
  { account, egress, signal, tokens }: Work,
): Promise<FetchedAttachment> {
  const attempt = () =>
    fetchAttachment(attachment, account, {
      egress,
      tokens,
      signal,
      now: Date.now(),
      maxBytes: attachmentLimit,
    });
  try {
    return await attempt();
  } catch (error) {
    const isTemporary = error instanceof DeliveryError && error.retryable && !signal.aborted;
    const wait = isTemporary ? Math.max(retryMs.least, error.retryAfterMs ?? 0) : Number.POSITIVE_INFINITY;
    if (wait > retryMs.most) throw error;
    await pause(wait, undefined, { signal });
    return attempt();
  }
}

/** The bytes know best; a ZIP may be a document of many kinds, of which its sender knows more. */
function namesOf(sent: Attachment, found: FetchedAttachment, sniffed: string | undefined) {
  const said = found.mimeType ?? sent.mimeType;
  const mimeType = sniffed === undefined || sniffed === 'application/zip' ? (said ?? sniffed) : sniffed;
  const name = sent.name ?? found.name;
  return {
    ...(name === undefined ? {} : { name: name.slice(0, nameLimit) }),
    ...(mimeType === undefined ? {} : { mimeType: mimeType.slice(0, 128) }),
  };
}
