import type { AccountCheck, ChannelDependencies } from '../channel.ts';
import { DeliveryError } from '../delivery-error.ts';
import { callVendor, vendorUrl } from '../vendor-call.ts';
import { apiBaseUrl } from '../wecom/account.ts';
import type { BotAccount } from './account.ts';
import { defaultWebSocketUrl } from './connect.ts';
import { connectionOf } from './connections.ts';
import { openBotSocket } from './socket.ts';

/**
 * What can be asked without getting in the way: a bot's credentials are only proved by a connection, which would end
 * the one that there is, or by a genuine callback.
 */
export async function check(account: BotAccount, dependencies: ChannelDependencies): Promise<AccountCheck[]> {
  return account.mode === 'connection'
    ? [await checkConnection(account)]
    : [await checkApi(account, dependencies)];
}

async function checkConnection(account: BotAccount): Promise<AccountCheck> {
  const name = 'connection';
  if (connectionOf(account.id))
    return { name, ok: true, detail: 'Bot ID and Secret are right: it is connected.' };
  const url = account.wsUrl ?? defaultWebSocketUrl;
  try {
    const socket = await openBotSocket({ url, onCallback: () => undefined, onAlive: () => undefined });
    socket.close('looked at');
    return {
      name,
      ok: true,
      detail: `${url} can be reached. Bot ID and Secret are proved by the connection, which another process holds.`,
    };
  } catch (error) {
    const reason = error instanceof DeliveryError ? error.message : String(error);
    return { name, ok: false, detail: `${url} cannot be reached from here: ${reason}` };
  }
}

async function checkApi(account: BotAccount, dependencies: ChannelDependencies): Promise<AccountCheck> {
  const name = 'answers';
  const base = account.baseUrl ?? apiBaseUrl;
  try {
    await callVendor({ name: base, url: vendorUrl(base, '/cgi-bin/gettoken') }, dependencies);
    return {
      name,
      ok: true,
      detail: `${base} can be reached for answers. Token and EncodingAESKey are proved when the address is saved there.`,
    };
  } catch (error) {
    return { name, ok: false, detail: error instanceof Error ? error.message : String(error) };
  }
}
