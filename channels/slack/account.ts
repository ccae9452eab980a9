import { z } from 'zod';
import type { AccountOf, JsonObject } from '../../contracts/index.ts';
import type { ConversationPlace } from '../conversation-place.ts';
import { secretText } from '../secret-text.ts';

export type SlackAccount = AccountOf<'slack'>;

/** Why an account cannot start. */
export function problemsOf({ appToken, botToken, mode, signingSecret }: SlackAccount): string[] {
  const problems: string[] = [];
  if (!secretText(botToken)?.startsWith('xoxb-')) {
    problems.push('`botToken` has to be the Bot User OAuth Token, which begins with xoxb-');
  }
  if (mode === 'webhook' && !secretText(signingSecret)) {
    problems.push('`signingSecret` is needed to believe callbacks (Basic Information → Signing Secret)');
  }
  if (mode === 'socket' && !secretText(appToken)?.startsWith('xapp-')) {
    problems.push('`appToken` has to be an app-level token with connections:write, which begins with xapp-');
  }
  return problems;
}

export function connects({ mode }: SlackAccount): boolean {
  return mode === 'socket';
}

/** Where an answer goes. `thread`: the `ts` of the message that the thread hangs on. */
export const replyAddress = z.object({ channel: z.string().min(1), thread: z.string().min(1).optional() });
export type ReplyAddress = z.infer<typeof replyAddress>;

export function addressOf(_: SlackAccount, { chat, topic }: ConversationPlace): JsonObject {
  return { channel: chat, ...(topic === undefined ? {} : { thread: topic }) };
}
