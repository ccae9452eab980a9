import { z } from 'zod';
import type { ChannelRequest, ChannelResponse, ReceiveResult } from '../channel.ts';
import { refused } from '../refused.ts';
import { keysOf, type WecomAccount } from './account.ts';
import { emptyAnswer, ignored, openCallback, sealed, verifyAddress } from './callback.ts';
import { type Press, pressedLabel } from './card.ts';
import type { CallbackKeys } from './encryption.ts';
import { parse } from './parse.ts';
import { readXml, writeXml } from './xml.ts';

const envelope = z.object({ Encrypt: z.string().trim().min(1).max(1_000_000) });
const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * A callback of an app: GET asks whether the address is ours, POST brings a message. The envelope is XML too, unsigned
 * but for `Encrypt`: nothing else of it is read. The answer is empty: what is said goes by the API.
 */
export function receive(request: ChannelRequest, account: WecomAccount): ReceiveResult {
  const { method, query, rawBody, now } = request;
  const keys = keysOf(account, account.corpId);
  if (method === 'GET') return verifyAddress(keys, request);
  if (method !== 'POST') return refused(405, 'method-not-allowed', 'Messages come by POST.');
  const opened = openCallback(keys, query, encryptedOf(rawBody), now);
  if (opened.type === 'refused') return opened.result;
  const parsed = parse(opened.text, account);
  switch (parsed.type) {
    case 'invalid':
      return refused(400, 'bad-request', parsed.detail);
    case 'foreign':
      return refused(401, 'signature-invalid', 'It is for another corp or app than this account.');
    case 'ignored':
      return ignored(parsed.reason);
    case 'message': {
      const { message, press } = parsed;
      const respond = () =>
        press && keys ? pressAnswer(keys, message.sender.id, press, now) : emptyAnswer();
      return { type: 'message', message, respond };
    }
  }
}

function encryptedOf(rawBody: Uint8Array): string | undefined {
  try {
    return envelope.safeParse(readXml(utf8.decode(rawBody))).data?.Encrypt;
  } catch {
    return undefined;
  }
}

/** Puts on the card of whoever pressed a button what was pressed: https://developer.work.weixin.qq.com/document/path/90241 */
function pressAnswer(keys: CallbackKeys, user: string, press: Press, now: number): ChannelResponse {
  const time = String(Math.floor(now / 1_000));
  const inner = writeXml({
    ToUserName: user,
    FromUserName: keys.receiveId,
    CreateTime: time,
    MsgType: 'update_button',
    Button: { ReplaceName: pressedLabel(press) },
  });
  const { encrypted, signature, timestamp, nonce } = sealed(keys, inner, now);
  return {
    status: 200,
    headers: { 'content-type': 'application/xml; charset=utf-8' },
    body: writeXml({ Encrypt: encrypted, MsgSignature: signature, TimeStamp: timestamp, Nonce: nonce }),
  };
}
