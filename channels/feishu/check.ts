import type { AccountCheck, ChannelDependencies } from '../channel.ts';
import { baseUrlOf, type FeishuAccount } from './account.ts';
import { withToken } from './api.ts';
import { fetchBot } from './bot.ts';
import { endpointOf } from './endpoint.ts';

/** Whether App ID and App Secret are right, the app has a bot, and it may connect where it is to. */
export async function check(
  account: FeishuAccount,
  dependencies: ChannelDependencies,
): Promise<AccountCheck[]> {
  const token = await checked('access token', async () => {
    await withToken(account, dependencies, async () => undefined);
    return `appId and appSecret give an access token at ${baseUrlOf(account)}.`;
  });
  if (!token.ok) return [token];
  const bot = await checked('bot', async () => {
    const { name, openId } = await fetchBot(account, dependencies);
    return `The bot is “${name}” (${openId}).`;
  });
  return [token, bot, await wayIn(account, dependencies)];
}

function wayIn(
  account: FeishuAccount,
  dependencies: ChannelDependencies,
): Promise<AccountCheck> | AccountCheck {
  if (account.mode === 'webhook') {
    return {
      name: 'callback',
      ok: true,
      detail: account.encryptKey
        ? 'Callbacks are believed by their signature.'
        : 'Callbacks are believed by the verification token alone: an Encrypt Key is safer.',
    };
  }
  return checked('long connection', async () => {
    await endpointOf(account, dependencies);
    return 'The platform gives an address for the long connection.';
  });
}

async function checked(name: string, look: () => Promise<string>): Promise<AccountCheck> {
  try {
    return { name, ok: true, detail: await look() };
  } catch (error) {
    return { name, ok: false, detail: error instanceof Error ? error.message : String(error) };
  }
}
