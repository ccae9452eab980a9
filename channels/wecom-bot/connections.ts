import type { BotSocket } from './socket.ts';

/**
 * The long connections that this process owns, by account. What is said goes out by the connection alone, so the process
 * that owns it has to say it; others have `response_url`, or leave it to a later try.
 */
const owned = new Map<string, BotSocket>();

export function connectionOf(account: string): BotSocket | undefined {
  return owned.get(account);
}

/** Until it ends. */
export function own(account: string, socket: BotSocket): void {
  owned.set(account, socket);
  void socket.ended.then(() => {
    if (owned.get(account) === socket) owned.delete(account);
  });
}
