import { z } from 'zod';
import { approvalId, type Language } from '../../contracts/index.ts';
import type { ParsedMessage } from '../channel.ts';
import { type FeishuAccount, usualLanguage } from './account.ts';
import type { cardAction } from './event.ts';
import type { ReplyAddress } from './reply-address.ts';

/** What a button of an approval sends back: what was decided, and where, of which the platform tells the chat alone. */
export const pressValue = z.object({
  decision: z.enum(['approve', 'deny']),
  approval: approvalId,
  language: z.enum(['en', 'zh']).optional(),
  group: z.literal(true).optional(),
  thread: z.literal(true).optional(),
  topic: z.string().max(256).optional(),
});
export type PressValue = z.infer<typeof pressValue>;

/** A pressed button as the command that it stands for. Undefined when it is none of ours. `id`: that of the event. */
export function parsePress(
  { operator, action, context }: z.infer<typeof cardAction>,
  id: string,
  account: FeishuAccount,
): ParsedMessage | undefined {
  const { success, data } = pressValue.safeParse(action.value);
  if (!success) return undefined;
  const { decision, approval, language = usualLanguage(account), group, thread, topic } = data;
  const chat = context.open_chat_id;
  const replyTo: ReplyAddress = {
    chat,
    message: context.open_message_id,
    ...(thread ? { thread } : {}),
    ...(group ? { group } : {}),
    ...(topic === undefined ? {} : { topic }),
  };
  return {
    id,
    sender: { id: operator.open_id },
    text: `/${decision} ${approval}`,
    language,
    replyTo,
    chat: { id: chat, type: group ? 'group' : 'direct', ...(topic === undefined ? {} : { topic }) },
    mentioned: true,
    pressed: true,
  };
}

const noted: Record<Language, string> = { en: 'Noted.', zh: '已收到。' };

/** What the platform shows for a moment to whoever pressed. */
export const toast = {
  toast: { type: 'info', content: noted.en, i18n: { en_us: noted.en, zh_cn: noted.zh } },
};
