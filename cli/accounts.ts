import { channelOf } from '../channels/index.ts';
import type { AccountConfig } from '../contracts/accounts.ts';
import type { UnusableChannel } from '../contracts/channel-status.ts';
import type { UnusableAccount } from '../services/settings/index.ts';

/** Which accounts can start, and why the others cannot: for want of a secret, or by what their channel says. */
export function sortAccounts(
  accounts: readonly AccountConfig[],
  leftOut: readonly UnusableAccount[],
): { usable: AccountConfig[]; unusable: UnusableChannel[] } {
  const unusable = new Map<string, UnusableChannel>();
  for (const { account: id, kind, path, problem, remedy } of leftOut) {
    const problems = unusable.get(id)?.problems ?? [];
    unusable.set(id, { id, kind, problems: [...problems, `${path}: ${problem}. ${remedy}`] });
  }
  const usable: AccountConfig[] = [];
  for (const account of accounts) {
    const { id, kind } = account;
    const problems = channelOf(kind)?.problems(account) ?? [
      `There is no channel of kind ${kind} in this build.`,
    ];
    if (problems.length === 0) usable.push(account);
    else unusable.set(id, { id, kind, problems });
  }
  return { usable, unusable: [...unusable.values()] };
}
