import { z } from 'zod';
import type { Attachment } from '../../contracts/index.ts';
import { EgressError } from '../../services/egress/index.ts';
import type { ChannelDependencies, FetchedAttachment } from '../channel.ts';
import { DeliveryError } from '../delivery-error.ts';
import type { TelegramAccount } from './account.ts';
import { callTelegram, fileUrl } from './api.ts';

const source = z.object({ file: z.string().min(1) });
const found = z.object({ file_path: z.string().regex(/^[\w./-]{1,300}$/) });
const timeoutMs = 60_000;

/** Downloads a file; Telegram gives bots those of up to 20 MB. */
export async function fetchAttachment(
  attachment: Attachment,
  account: TelegramAccount,
  dependencies: ChannelDependencies & { maxBytes: number },
): Promise<FetchedAttachment> {
  const { egress, maxBytes, signal } = dependencies;
  const { file } = source.parse(attachment.source);
  const { data } = found.safeParse(
    await callTelegram({ method: 'getFile', body: { file_id: file } }, account, dependencies),
  );
  if (!data || data.file_path.includes('..')) {
    throw new DeliveryError('Telegram named no place of the file', { retryable: false });
  }
  const response = await egress
    .fetchTrusted(fileUrl(account, data.file_path), {
      timeoutMs,
      maxBytes,
      maxRedirects: 0,
      ...(signal ? { signal } : {}),
    })
    .catch((error: unknown) => {
      if (!(error instanceof EgressError)) throw error;
      throw new DeliveryError(`the file could not be had: ${error.message}`, {
        retryable: error.type === 'Timeout' || error.type === 'Unreachable',
      });
    });
  if (response.status !== 200) {
    throw new DeliveryError(`Telegram did not give the file (${response.status})`, {
      retryable: response.status >= 500 || response.status === 429,
    });
  }
  return { body: response.body };
}
