import { z } from 'zod';
import type { ChannelRequest, ChannelResponse, ReceiveResult } from '../channel.ts';
import { refused } from '../refused.ts';
import { emptyAnswer, ignored, openCallback, sealed, verifyAddress } from '../wecom/callback.ts';
import { decidedCard } from '../wecom/card.ts';
import type { CallbackKeys } from '../wecom/encryption.ts';
import { type BotAccount, botKeysOf } from './account.ts';
import { type Parsed, parse } from './parse.ts';
import { replyAddress } from './reply-address.ts';
import { responseUrls } from './response-urls.ts';

const envelope = z.object({ encrypt: z.string().trim().min(1).max(1_000_000) });
const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * A callback of a bot: as an app's, in JSON. The answer is empty, for what is said goes by `response_url`; a pressed
 * button's says that it was pressed.
 */
export function receive(request: ChannelRequest, account: BotAccount): ReceiveResult {
  const { method, query, rawBody, now } = request;
  const keys = botKeysOf(account);
  if (method === 'GET') return verifyAddress(keys, request);
  if (method !== 'POST') return refused(405, 'method-not-allowed', 'Messages come by POST.');
  const opened = openCallback(keys, query, encryptedOf(rawBody), now);
  if (opened.type === 'refused') return opened.result;
  const parsed = parse(jsonOf(opened.text), account, now);
  switch (parsed.type) {
    case 'invalid':
      return refused(400, 'bad-request', parsed.detail);
    case 'foreign':
      return refused(401, 'signature-invalid', 'It is for another bot than this account.');
    case 'ignored':
      return ignored(parsed.reason);
    case 'message': {
      const { message, press } = parsed;
      responseUrls.note(account.id, replyAddress.parse(message.replyTo));
      return {
        type: 'message',
        message,
        respond: () => (press && keys ? pressAnswer(keys, message.sender.id, press, now) : emptyAnswer()),
      };
    }
  }
}

function encryptedOf(rawBody: Uint8Array): string | undefined {
  try {
    return envelope.safeParse(JSON.parse(utf8.decode(rawBody))).data?.encrypt;
  } catch {
    return undefined;
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

type Press = NonNullable<Extract<Parsed, { type: 'message' }>['press']>;

/** Puts another card in the place of the one whose button was pressed: https://developer.work.weixin.qq.com/document/path/101031 */
function pressAnswer(keys: CallbackKeys, user: string, press: Press, now: number): ChannelResponse {
  const { encrypted, signature, timestamp, nonce } = sealed(
    keys,
    JSON.stringify(cardUpdate(press, user)),
    now,
  );
  return {
    status: 200,
    headers: { 'content-type': 'application/json; charset=utf-8' },
    body: JSON.stringify({
      encrypt: encrypted,
      msgsignature: signature,
      timestamp: Number(timestamp),
      nonce,
    }),
  };
}

/** What the platform is told to show to whoever pressed a button; without them it would show it to all. */
export function cardUpdate(press: Press, user: string) {
  return {
    response_type: 'update_template_card',
    userids: [user],
    template_card: decidedCard(press, press.taskId),
  };
}
