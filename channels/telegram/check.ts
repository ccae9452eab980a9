import { z } from 'zod';
import type { AccountCheck, CheckDependencies } from '../channel.ts';
import { DeliveryError } from '../delivery-error.ts';
import { secretText } from '../secret-text.ts';
import type { TelegramAccount } from './account.ts';
import { callTelegram, TelegramRefused } from './api.ts';
import { wantedUpdates } from './update.ts';

const me = z.object({
  id: z.number(),
  username: z.string().optional(),
  can_read_all_group_messages: z.boolean().optional(),
});
const webhookInfo = z.object({
  url: z.string(),
  pending_update_count: z.number().optional(),
  last_error_message: z.string().max(2_000).optional(),
});
type WebhookInfo = z.infer<typeof webhookInfo>;

/** Whether the token is good, what the bot hears in groups, and whether Telegram calls here. */
export async function check(
  account: TelegramAccount,
  dependencies: CheckDependencies,
): Promise<AccountCheck[]> {
  const token = await ask('bot token', () => checkToken(account, dependencies));
  if (!token.every(({ ok }) => ok)) return token;
  return [...token, ...(await ask('webhook', async () => [await checkWebhook(account, dependencies)]))];
}

async function checkToken(
  account: TelegramAccount,
  dependencies: CheckDependencies,
): Promise<AccountCheck[]> {
  const { can_read_all_group_messages: hearsAll, username = '' } = await callTelegram(
    'getMe',
    {},
    me,
    account,
    dependencies,
  );
  const known = account.username?.replace(/^@/, '');
  const isNamed = known === undefined || known.toLowerCase() === username.toLowerCase();
  const needsAll = !account.groups.requireMention && hearsAll === false;
  return [
    { name: 'bot token', ok: true, detail: `Signed in as @${username}.` },
    ...(isNamed
      ? []
      : [{ name: 'username', ok: false, detail: `The bot is @${username}: set \`username\` to that.` }]),
    {
      name: 'groups',
      ok: !needsAll,
      detail: needsAll
        ? 'The account wants all of a group, but Telegram gives it mentions only: BotFather, /setprivacy, Disable; then add the bot to the group again.'
        : hearsAll
          ? 'Telegram gives it all of a group.'
          : 'Telegram gives it what mentions or answers it.',
    },
  ];
}

async function checkWebhook(
  account: TelegramAccount,
  dependencies: CheckDependencies,
): Promise<AccountCheck> {
  const info = await callTelegram('getWebhookInfo', {}, webhookInfo, account, dependencies);
  if (account.mode === 'polling') {
    return info.url === ''
      ? { name: 'webhook', ok: true, detail: 'None is set, as it has to be for polling.' }
      : { name: 'webhook', ok: false, detail: `${hostOf(info.url)} is set: another program uses this bot.` };
  }
  const { callbackUrl } = dependencies;
  if (!callbackUrl?.startsWith('https://')) {
    const detail =
      'Telegram calls by HTTPS only: set PUBLIC_URL to where it reaches Errand, or use mode: polling.';
    return { name: 'webhook', ok: false, detail };
  }
  if (needsSetting(info, callbackUrl)) return setWebhook(callbackUrl, account, dependencies);
  if (info.url !== callbackUrl) {
    const detail = `Telegram calls ${hostOf(info.url)}: another program uses this bot. Take that webhook away (deleteWebhook), then test again.`;
    return { name: 'webhook', ok: false, detail };
  }
  const waiting = `${info.pending_update_count ?? 0} updates wait.`;
  const trouble = info.last_error_message ? ` Telegram's last trouble: ${info.last_error_message}.` : '';
  return { name: 'webhook', ok: true, detail: `Telegram calls ${callbackUrl}. ${waiting}${trouble}` };
}

/** None is set, an earlier address of this account is, or the secret is another. */
function needsSetting({ last_error_message, url }: WebhookInfo, callbackUrl: string): boolean {
  if (url === '') return true;
  if (url === callbackUrl) return /\b401\b/.test(last_error_message ?? '');
  return new URL(url).pathname === new URL(callbackUrl).pathname;
}

/** Tells Telegram where to call, and the secret by which it is believed. */
async function setWebhook(
  url: string,
  account: TelegramAccount,
  dependencies: CheckDependencies,
): Promise<AccountCheck> {
  const secret = secretText(account.secretToken) ?? '';
  const call = { url, secret_token: secret, allowed_updates: wantedUpdates };
  await callTelegram('setWebhook', call, z.unknown(), account, dependencies);
  return { name: 'webhook', ok: true, detail: `Telegram was told to call ${url}.` };
}

async function ask(name: string, questions: () => Promise<AccountCheck[]>): Promise<AccountCheck[]> {
  try {
    return await questions();
  } catch (error) {
    if (!(error instanceof DeliveryError)) throw error;
    const isToken = error instanceof TelegramRefused && error.permanent;
    const remedy = isToken ? ' Ask BotFather for the token again (/token).' : '';
    return [{ name, ok: false, detail: `${error.message}.${remedy}` }];
  }
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : 'An address';
}
