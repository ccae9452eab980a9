import { z } from 'zod';
import type { Attachment } from '../../contracts/index.ts';
import { EgressError } from '../../services/egress/index.ts';
import type { ChannelDependencies, FetchedAttachment } from '../channel.ts';
import { DeliveryError } from '../delivery-error.ts';
import { secretText } from '../secret-text.ts';
import type { SlackAccount } from './account.ts';

const source = z.object({ url: z.url() });
const timeoutMs = 60_000;

/** Downloads a file with the bot's token, which only Slack's own hosts get to see. */
export async function fetchAttachment(
  attachment: Attachment,
  { baseUrl, botToken }: SlackAccount,
  { egress, maxBytes, signal }: ChannelDependencies & { maxBytes: number },
): Promise<FetchedAttachment> {
  const parsed = source.safeParse(attachment.source);
  if (!parsed.success) throw new DeliveryError('Slack named no address of the file', { retryable: false });
  const { origin, hostname, protocol } = new URL(parsed.data.url);
  const isConfigured = baseUrl !== undefined && origin === new URL(baseUrl).origin;
  if (!isConfigured && !(protocol === 'https:' && /(^|\.)slack(-files)?\.com$/.test(hostname))) {
    throw new DeliveryError('the file is not at Slack', { retryable: false });
  }
  const fetch = isConfigured ? egress.fetchTrusted : egress.fetch;
  const response = await fetch(parsed.data.url, {
    headers: { authorization: `Bearer ${secretText(botToken) ?? ''}` },
    timeoutMs,
    maxBytes,
    // A redirect leads to a page to sign in at.
    maxRedirects: 0,
    ...(signal ? { signal } : {}),
  }).catch((error: unknown) => {
    if (!(error instanceof EgressError)) throw error;
    throw new DeliveryError(`the file could not be had: ${error.message}`, {
      retryable: error.type === 'Timeout' || error.type === 'Unreachable',
    });
  });
  const type = response.headers['content-type'];
  if (response.status !== 200 || type?.startsWith('text/html')) {
    throw new DeliveryError(
      `Slack did not give the file (${response.status}); the scope files:read is needed`,
      {
        retryable: response.status >= 500 || response.status === 429,
      },
    );
  }
  return { body: response.body, ...(type ? { mimeType: type } : {}) };
}
