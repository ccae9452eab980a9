import { WebClient } from '@slack/web-api';
import type { AccountCheck, ChannelDependencies } from '../channel.ts';
import { DeliveryError } from '../delivery-error.ts';
import { secretText } from '../secret-text.ts';
import type { SlackAccount } from './account.ts';
import { callSlack, clientOptions, deliveryErrorOf } from './web-api.ts';

const wantedScopes = ['chat:write', 'app_mentions:read', 'im:history'];

/** Whether the bot's token is good, what it may do, and whether Socket Mode opens. */
export async function check(
  account: SlackAccount,
  dependencies: ChannelDependencies,
): Promise<AccountCheck[]> {
  const checks = [await checkToken(account, dependencies)];
  if (account.mode === 'socket') checks.push(await checkSocket(account, dependencies));
  return checks;
}

async function checkToken(account: SlackAccount, dependencies: ChannelDependencies): Promise<AccountCheck> {
  const name = 'bot token';
  try {
    const { team, user, response_metadata } = await callSlack('auth.test', account, dependencies, (client) =>
      client.auth.test(),
    );
    const missing = wantedScopes.filter(
      (scope) => !(response_metadata?.scopes ?? wantedScopes).includes(scope),
    );
    if (missing.length > 0) {
      const detail = `The token lacks ${missing.join(', ')}: add them under OAuth & Permissions, then reinstall the app.`;
      return { name, ok: false, detail };
    }
    return { name, ok: true, detail: `Signed in as ${user} in ${team}.` };
  } catch (error) {
    return { name, ok: false, detail: `${messageOf(error)}. Copy it again from OAuth & Permissions.` };
  }
}

async function checkSocket(account: SlackAccount, dependencies: ChannelDependencies): Promise<AccountCheck> {
  const name = 'app-level token';
  const client = new WebClient(secretText(account.appToken), clientOptions(account, dependencies));
  try {
    await client.apps.connections.open({});
    return { name, ok: true, detail: 'Socket Mode can be opened.' };
  } catch (error) {
    const reason = messageOf(deliveryErrorOf('apps.connections.open', error));
    const remedy = 'Switch Socket Mode on, and give the token connections:write under Basic Information.';
    return { name, ok: false, detail: `${reason}. ${remedy}` };
  }
}

function messageOf(error: unknown): string {
  if (error instanceof DeliveryError) return error.message;
  throw error;
}
