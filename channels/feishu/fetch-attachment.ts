import { z } from 'zod';
import type { Attachment } from '../../contracts/index.ts';
import type { ChannelDependencies, FetchedAttachment } from '../channel.ts';
import { DeliveryError } from '../delivery-error.ts';
import { download } from '../download.ts';
import { vendorUrl } from '../vendor-call.ts';
import { baseUrlOf, type FeishuAccount } from './account.ts';
import { answered, withToken } from './api.ts';
import { parsedJson } from './decrypt.ts';

const source = z.object({
  message: z.string().min(1),
  key: z.string().min(1),
  type: z.enum(['image', 'file']),
});

/** Downloads what somebody sent; the platform gives files of up to 100 MB. */
export function fetchAttachment(
  attachment: Attachment,
  account: FeishuAccount,
  dependencies: ChannelDependencies & { maxBytes: number },
): Promise<FetchedAttachment> {
  const { message, key, type } = source.parse(attachment.source);
  const { maxBytes } = dependencies;
  const name = `a file of ${account.id}`;
  const path = `/im/v1/messages/${encodeURIComponent(message)}/resources/${encodeURIComponent(key)}?type=${type}`;
  const url = vendorUrl(baseUrlOf(account), `/open-apis${path}`);
  return withToken(account, dependencies, async (authorization) => {
    const headers = { authorization };
    const answer = await download({ name, url, headers, maxBytes, trusted: true }, dependencies);
    const { status, body } = answer;
    if (status === 429 || status >= 500)
      throw new DeliveryError(`${name}: status ${status}`, { retryable: true });
    // What is no file is said in JSON, with a code.
    if (status !== 200) answered(name, { status, body: parsedJson(Buffer.from(body).toString('utf8')) });
    const mimeType = answer.headers['content-type']?.split(';')[0]?.trim();
    return { body, ...(mimeType ? { mimeType } : {}), ...(attachment.name ? { name: attachment.name } : {}) };
  });
}
