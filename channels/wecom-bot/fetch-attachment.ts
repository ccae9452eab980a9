import { z } from 'zod';
import type { Attachment } from '../../contracts/index.ts';
import type { ChannelDependencies, FetchedAttachment } from '../channel.ts';
import { DeliveryError } from '../delivery-error.ts';
import { download } from '../download.ts';
import { decipher } from '../wecom/encryption.ts';
import { fileNameOf } from '../wecom/file-name.ts';
import { type BotAccount, botKeysOf } from './account.ts';

const source = z.object({ url: z.string(), aeskey: z.string().optional() });
/** Padding goes up to the next 32 bytes. */
const paddingBytes = 32;

/**
 * Downloads what somebody sent, within the five minutes that its address is good for, and decrypts it: with its own key
 * over a long connection, with the account's by callback.
 */
export async function fetchAttachment(
  attachment: Attachment,
  account: BotAccount,
  dependencies: ChannelDependencies & { maxBytes: number },
): Promise<FetchedAttachment> {
  const { url, aeskey } = source.parse(attachment.source);
  const name = `a file of ${account.id}`;
  const maxBytes = dependencies.maxBytes + paddingBytes;
  const key = aeskey === undefined ? botKeysOf(account)?.aesKey : Buffer.from(aeskey, 'base64');
  const { status, headers, body: encrypted } = await download({ name, url, maxBytes }, dependencies);
  if (status !== 200) {
    throw new DeliveryError(`${name}: status ${status}`, { retryable: status >= 500 });
  }
  const body = key && decipher(key, encrypted);
  if (!body) throw new DeliveryError(`${name} cannot be decrypted`, { retryable: false });
  const fileName = fileNameOf(headers['content-disposition']);
  return { body, ...(fileName ? { name: fileName } : {}) };
}
