import type { Language } from '../contracts/errors.ts';
import type { InboundMessage } from '../contracts/message.ts';
import { attachmentActivities } from './placement.ts';

/** Whether something is still with the platform. */
export function hasAttachments({ attachments }: InboundMessage): boolean {
  return attachments?.some(({ source }) => source) ?? false;
}

/** The message with what came with it at hand, or a word on why it is not. Never throws. */
export async function withAttachments(message: InboundMessage): Promise<InboundMessage> {
  const { account, attachments = [], language, runId } = message;
  try {
    const input = { account, attachments, language, runId };
    return { ...message, attachments: await attachmentActivities.fetchAttachments(input) };
  } catch {
    return { ...message, attachments: attachments.map((one) => withoutSource(one, language)) };
  }
}

function withoutSource(
  { source, ...rest }: NonNullable<InboundMessage['attachments']>[number],
  language: Language,
) {
  if (!source) return rest;
  const problem =
    language === 'zh'
      ? '文件未能接收，请重新发送。'
      : 'The file could not be received. Please send it again.';
  return { ...rest, problem };
}
