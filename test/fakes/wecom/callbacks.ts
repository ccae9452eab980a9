import { randomBytes } from 'node:crypto';
import { decrypt, encrypt, getSignature } from '@wecom/crypto';

/** What a callback is encrypted and signed with, as it stands in the vendor's console. */
export interface CallbackSecrets {
  token: string;
  encodingAesKey: string;
  /** The corp's id; empty for a bot. */
  receiveId: string;
}

/** A genuine callback, made with the vendor's own library. */
export interface WecomCallback {
  query: { msg_signature: string; timestamp: string; nonce: string; echostr?: string };
  body: string;
}

export interface SigningOptions {
  /** Seconds. */
  timestamp?: number;
  nonce?: string;
}

function signed(
  { token, encodingAesKey, receiveId }: CallbackSecrets,
  text: string,
  { timestamp = Math.floor(Date.now() / 1_000), nonce = randomBytes(8).toString('hex') }: SigningOptions,
) {
  const encrypted = encrypt(encodingAesKey, text, receiveId);
  const query = {
    msg_signature: getSignature(token, timestamp, nonce, encrypted),
    timestamp: String(timestamp),
    nonce,
  };
  return { encrypted, query };
}

/** The GET by which the vendor asks whether an address is ours. */
export function verification(
  secrets: CallbackSecrets,
  echo: string,
  options: SigningOptions = {},
): WecomCallback {
  const { encrypted, query } = signed(secrets, echo, options);
  return { query: { ...query, echostr: encrypted }, body: '' };
}

/** What an app gets: XML within XML. */
export function appCallback(
  secrets: CallbackSecrets,
  xml: string,
  options: SigningOptions = {},
): WecomCallback {
  const { encrypted, query } = signed(secrets, xml, options);
  const body =
    `<xml><ToUserName><![CDATA[${secrets.receiveId}]]></ToUserName>` +
    `<Encrypt><![CDATA[${encrypted}]]></Encrypt><AgentID><![CDATA[218]]></AgentID></xml>`;
  return { query, body };
}

/** What a bot gets: JSON within JSON. */
export function botCallback(
  secrets: CallbackSecrets,
  event: unknown,
  options: SigningOptions = {},
): WecomCallback {
  const { encrypted, query } = signed(secrets, JSON.stringify(event), options);
  return { query, body: JSON.stringify({ encrypt: encrypted }) };
}

/** Reads an encrypted answer as the vendor does. Throws when it is not genuine. */
export function openAnswer(
  { token, encodingAesKey, receiveId }: CallbackSecrets,
  {
    encrypted,
    signature,
    timestamp,
    nonce,
  }: Record<'encrypted' | 'signature' | 'timestamp' | 'nonce', string>,
): string {
  if (getSignature(token, timestamp, nonce, encrypted) !== signature)
    throw new Error('the answer is not signed');
  const { message, id } = decrypt(encodingAesKey, encrypted);
  if (id !== receiveId) throw new Error(`the answer is for ${id}`);
  return message;
}

/** A text message to an app. */
export function textXml({
  user = 'mycreate',
  text = 'hello',
  msgId = '4561255354251345929',
  corpId = 'wx5823bf96d3bd56c7',
  agentId = '218',
}: Partial<Record<'user' | 'text' | 'msgId' | 'corpId' | 'agentId', string>> = {}): string {
  return messageXml({ user, corpId, agentId, msgId, type: 'text' }, `<Content><![CDATA[${text}]]></Content>`);
}

/** Any message or event to an app; `rest` as it stands in the XML. */
export function messageXml(
  {
    user = 'mycreate',
    corpId = 'wx5823bf96d3bd56c7',
    agentId = '218',
    msgId,
    type,
  }: { user?: string; corpId?: string; agentId?: string; msgId?: string; type: string },
  rest: string,
): string {
  return `<xml><ToUserName><![CDATA[${corpId}]]></ToUserName>
<FromUserName><![CDATA[${user}]]></FromUserName>
<CreateTime>1409659813</CreateTime>
<MsgType><![CDATA[${type}]]></MsgType>
${rest}
${msgId === undefined ? '' : `<MsgId>${msgId}</MsgId>`}
<AgentID>${agentId}</AgentID>
</xml>`;
}
