import { z } from 'zod';
import type { AccountCheck, ChannelDependencies } from '../channel.ts';
import type { WecomAccount } from './account.ts';
import { callApi, withToken } from './api.ts';

const agent = z.object({ name: z.string().max(200).default(''), close: z.number().default(0) });

/** Whether the Secret gives a token, and whether this machine may work with the app. */
export async function check(
  account: WecomAccount,
  dependencies: ChannelDependencies,
): Promise<AccountCheck[]> {
  const token = await checked('access token', async () => {
    await withToken(account, dependencies, async () => undefined);
    return { ok: true, detail: 'corpId and secret (企业ID, Secret) give an access token.' };
  });
  if (!token.ok) return [token];
  const app = await checked('app', async () => {
    const query = { agentid: String(account.agentId) };
    const { name, close } = agent.parse(
      await callApi(account, { path: '/cgi-bin/agent/get', query }, dependencies),
    );
    return close === 0
      ? { ok: true, detail: `The app is “${name}”, and this machine's address may use it.` }
      : { ok: false, detail: `The app “${name}” is disabled: enable it (启用) in the admin console.` };
  });
  return [token, app];
}

async function checked(name: string, look: () => Promise<Omit<AccountCheck, 'name'>>): Promise<AccountCheck> {
  try {
    return { name, ...(await look()) };
  } catch (error) {
    return { name, ok: false, detail: error instanceof Error ? error.message : String(error) };
  }
}
