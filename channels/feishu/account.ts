import type { AccountOf, Language } from '../../contracts/index.ts';
import { secretText } from '../secret-text.ts';

export type FeishuAccount = AccountOf<'feishu'>;

const origins = { feishu: 'https://open.feishu.cn', lark: 'https://open.larksuite.com' };

/** The origin of the vendor's API, or what the operator put in its place. */
export function baseUrlOf({ baseUrl, domain }: FeishuAccount): string {
  return baseUrl ?? origins[domain];
}

/** The language of people who wrote no words. */
export function usualLanguage({ domain }: FeishuAccount): Language {
  return domain === 'feishu' ? 'zh' : 'en';
}

/** Why an account cannot start. */
export function problemsOf(account: FeishuAccount): string[] {
  const problems: string[] = [];
  if (!secretText(account.appSecret)) problems.push('`appSecret` is missing');
  if (account.mode === 'connection') {
    // The vendor's SDK connects for no other.
    if (!/^cli_[0-9a-f]{16}$/i.test(account.appId)) {
      problems.push('`appId` has to be `cli_` and 16 hexadecimal digits for a long connection');
    }
    return problems;
  }
  if (account.encryptKey !== undefined && !secretText(account.encryptKey)) {
    problems.push('`encryptKey` is blank: set it, or leave it out');
  }
  if (account.verificationToken !== undefined && !secretText(account.verificationToken)) {
    problems.push('`verificationToken` is blank: set it, or leave it out');
  }
  if (account.encryptKey === undefined && account.verificationToken === undefined) {
    problems.push('`encryptKey` or `verificationToken` is needed: without them nobody can be believed');
  }
  return problems;
}
