import { z } from 'zod';
import type { AccountCheck, ChannelDependencies } from '../channel.ts';
import { DeliveryError } from '../delivery-error.ts';
import type { TelegramAccount } from './account.ts';
import { callTelegram } from './api.ts';

const me = z.object({ username: z.string().optional(), can_read_all_group_messages: z.boolean().optional() });
const webhookInfo = z.object({
  url: z.string(),
  pending_update_count: z.number().optional(),
  last_error_message: z.string().optional(),
});

/** Whether the token is good, whom it is of, and whether updates come the way that is configured. */
export async function check(
  account: TelegramAccount,
  dependencies: ChannelDependencies,
): Promise<AccountCheck[]> {
  try {
    const { username = '', can_read_all_group_messages: readsAll } = me.parse(
      await callTelegram({ method: 'getMe', body: {} }, account, dependencies),
    );
    const info = webhookInfo.parse(
      await callTelegram({ method: 'getWebhookInfo', body: {} }, account, dependencies),
    );
    return [
      { name: 'bot token', ok: true, detail: `The bot is @${username}.` },
      webhookCheck(account, info),
      ...(account.groups.requireMention || readsAll !== false ? [] : [privacyCheck]),
    ];
  } catch (error) {
    if (!(error instanceof DeliveryError)) throw error;
    return [
      {
        name: 'bot token',
        ok: false,
        detail: `${error.message}. Ask @BotFather for the token: /mybots → API Token.`,
      },
    ];
  }
}

const privacyCheck: AccountCheck = {
  name: 'group privacy',
  ok: false,
  detail:
    'The bot hears only mentions in groups: @BotFather → /setprivacy → Disable, then add it to the group again.',
};

function webhookCheck(
  { id, mode }: TelegramAccount,
  { url, last_error_message }: z.infer<typeof webhookInfo>,
): AccountCheck {
  const name = 'updates';
  if (mode === 'polling') {
    if (url === '') return { name, ok: true, detail: 'No webhook is set: updates are polled for.' };
    return { name, ok: true, detail: 'A webhook is set; it is removed when polling begins.' };
  }
  if (!url.endsWith(`/webhooks/${id}`)) {
    return { name, ok: false, detail: `setWebhook was not called with …/webhooks/${id} yet.` };
  }
  return last_error_message
    ? { name, ok: false, detail: `Telegram says: ${last_error_message.slice(0, 200)}` }
    : { name, ok: true, detail: 'The webhook is set.' };
}
