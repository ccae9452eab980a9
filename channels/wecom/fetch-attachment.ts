import { z } from 'zod';
import type { Attachment } from '../../contracts/index.ts';
import type { ChannelDependencies, FetchedAttachment } from '../channel.ts';
import { DeliveryError } from '../delivery-error.ts';
import { download } from '../download.ts';
import type { WecomAccount } from './account.ts';
import { apiAnswer, apiUrl, throwRefusal, withToken } from './api.ts';
import { fileNameOf } from './file-name.ts';

const source = z.object({ mediaId: z.string().min(1) });

/** Downloads what somebody sent, which the platform keeps for three days: /cgi-bin/media/get. */
export function fetchAttachment(
  attachment: Attachment,
  account: WecomAccount,
  dependencies: ChannelDependencies & { maxBytes: number },
): Promise<FetchedAttachment> {
  const { mediaId } = source.parse(attachment.source);
  const { maxBytes } = dependencies;
  const name = `a file of ${account.id}`;
  return withToken(account, dependencies, async (token) => {
    const url = apiUrl(account, { path: '/cgi-bin/media/get', query: { media_id: mediaId } }, token);
    const { status, headers, body } = await download({ name, url, maxBytes, trusted: true }, dependencies);
    const mimeType = headers['content-type']?.split(';')[0]?.trim();
    if (mimeType === 'application/json' || mimeType === 'text/plain') throwRefusalIn(name, body);
    if (status !== 200) throw new DeliveryError(`${name}: status ${status}`, { retryable: status >= 500 });
    const fileName = fileNameOf(headers['content-disposition']);
    return { body, ...(mimeType ? { mimeType } : {}), ...(fileName ? { name: fileName } : {}) };
  });
}

/** A refusal comes where the file should. A text file that somebody sent has no `errcode`. */
function throwRefusalIn(name: string, body: Uint8Array): void {
  try {
    const answer = apiAnswer.safeParse(JSON.parse(Buffer.from(body).toString('utf8'))).data;
    if (answer) throwRefusal(name, answer);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
}
