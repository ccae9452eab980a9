import { z } from 'zod';
import type { ChannelDependencies } from '../channel.ts';
import { callVendor, vendorUrl } from '../vendor-call.ts';
import { baseUrlOf, type FeishuAccount } from './account.ts';
import { answered, withToken } from './api.ts';

const botAnswer = z.object({
  bot: z.object({ open_id: z.string().min(1), app_name: z.string().default('') }),
});

export interface Bot {
  openId: string;
  name: string;
}

/** Who the account is to the people of its organisation. Throws `DeliveryError`. */
export function fetchBot(account: FeishuAccount, dependencies: ChannelDependencies): Promise<Bot> {
  const name = 'asking who the bot is';
  return withToken(account, dependencies, async (authorization) => {
    const url = vendorUrl(baseUrlOf(account), '/open-apis/bot/v3/info');
    const given = await callVendor({ name, url, headers: { authorization } }, dependencies);
    answered(name, given);
    const { open_id: openId, app_name: appName } = botAnswer.parse(given.body).bot;
    return { openId, name: appName };
  });
}
