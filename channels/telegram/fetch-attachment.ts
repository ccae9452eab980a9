import { z } from 'zod';
import type { Attachment } from '../../contracts/index.ts';
import type { ChannelDependencies, FetchedAttachment } from '../channel.ts';
import { DeliveryError } from '../delivery-error.ts';
import { download } from '../download.ts';
import { secretText } from '../secret-text.ts';
import type { TelegramAccount } from './account.ts';
import { callTelegram, telegramUrl } from './api.ts';

const source = z.object({ file: z.string().min(1).max(300) });
const place = z.object({ file_path: z.string().min(1).max(1_000).optional() });
/** It is put into an address. */
const pathForm = /^(?!.*\.\.)[\w./ -]+$/;

/** Downloads a file by its id; Telegram gives bots files of up to 20 MB (https://core.telegram.org/bots/api#getfile). */
export async function fetchAttachment(
  attachment: Attachment,
  account: TelegramAccount,
  dependencies: ChannelDependencies & { maxBytes: number },
): Promise<FetchedAttachment> {
  const named = source.safeParse(attachment.source);
  if (!named.success) throw new DeliveryError('Telegram gave no id of the file', { retryable: false });
  const call = { file_id: named.data.file };
  const { file_path: path = '' } = await callTelegram('getFile', call, place, account, dependencies);
  if (!pathForm.test(path)) {
    throw new DeliveryError('getFile: Telegram says no place of the file', { retryable: false });
  }
  const token = secretText(account.botToken) ?? '';
  const url = telegramUrl(account, `/file/bot${token}/${path.split('/').map(encodeURIComponent).join('/')}`);
  const { maxBytes } = dependencies;
  const { body, headers, status } = await download(
    { name: 'a file of Telegram', url, maxBytes, trusted: true },
    dependencies,
  );
  if (status !== 200) {
    throw new DeliveryError(`Telegram did not give the file (${status})`, {
      retryable: status >= 500 || status === 429,
    });
  }
  const type = headers['content-type'];
  return { body, ...(type && type !== 'application/octet-stream' ? { mimeType: type } : {}) };
}
