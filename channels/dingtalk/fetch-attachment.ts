import { z } from 'zod';
import type { Attachment } from '../../contracts/index.ts';
import { EgressError } from '../../services/egress/index.ts';
import { ObjectTooLarge } from '../../services/objects/index.ts';
import type { ChannelDependencies, FetchedAttachment } from '../channel.ts';
import { DeliveryError } from '../delivery-error.ts';
import { type DingtalkAccount, robotCodeOf } from './account.ts';
import { callApi } from './api.ts';
import { configuredOrigins } from './reply-address.ts';

const downloadMs = 60_000;
const source = z.object({ downloadCode: z.string().min(1) });
const download = z.object({ downloadUrl: z.url({ protocol: /^https?$/ }) });

/**
 * Downloads a file that somebody sent: its code leads to an address for a moment, at any of the vendor's stores.
 * Throws `DeliveryError`, `ObjectTooLarge`.
 */
export async function fetchAttachment(
  attachment: Attachment,
  account: DingtalkAccount,
  dependencies: ChannelDependencies & { maxBytes: number },
): Promise<FetchedAttachment> {
  const name = `file of ${account.id}`;
  const { downloadCode } = source.parse(attachment.source);
  const answer = await callApi(account, dependencies, {
    name,
    method: 'POST',
    path: '/v1.0/robot/messageFiles/download',
    body: { downloadCode, robotCode: robotCodeOf(account) },
  });
  const found = download.safeParse(answer);
  if (!found.success) throw new DeliveryError(`${name}: the answer has no address`, { retryable: false });
  const { egress, maxBytes, signal } = dependencies;
  const url = found.data.downloadUrl;
  const get = configuredOrigins(account).includes(new URL(url).origin) ? egress.fetchTrusted : egress.fetch;
  const response = await get(url, { maxBytes, timeoutMs: downloadMs, ...(signal ? { signal } : {}) }).catch(
    (error: unknown) => {
      throw error instanceof EgressError ? failed(name, error, maxBytes) : error;
    },
  );
  if (response.status !== 200) {
    throw new DeliveryError(`${name}: the download answered ${response.status}`, {
      retryable: response.status >= 500 || response.status === 429,
    });
  }
  const [mimeType] = (response.headers['content-type'] ?? '').split(';', 1);
  return { body: response.body, ...(mimeType ? { mimeType } : {}) };
}

function failed(name: string, error: EgressError, maxBytes: number): Error {
  if (error.type === 'TooLarge') return new ObjectTooLarge(name, maxBytes + 1, maxBytes);
  return new DeliveryError(`${name}: ${error.message}`, { retryable: error.type !== 'EgressRefused' });
}
