import { randomBytes } from 'node:crypto';
import {
  appCallback,
  botCallback,
  type CallbackSecrets,
  messageXml,
  type SigningOptions,
  textXml,
} from './callbacks.ts';
import { defaultApp, defaultBot, type WecomServer } from './server.ts';

/** Where and as whom somebody writes. */
export interface Writing extends SigningOptions {
  user?: string;
  /** A group's id; a direct chat without. */
  group?: string;
  msgId?: string;
}

const secrets = { token: 'callback-token', encodingAesKey: 'jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C' };
export const appSecrets: CallbackSecrets = { ...secrets, receiveId: defaultApp.corpId };
export const botSecrets: CallbackSecrets = { ...secrets, receiveId: '' };

/** The settings of accounts that speak with a fake vendor. */
export function wecomAccounts(server: WecomServer) {
  const { corpId, agentId, secret } = defaultApp;
  return {
    app: { kind: 'wecom' as const, corpId, agentId, secret, ...secrets, baseUrl: server.url },
    calledBot: {
      kind: 'wecom-bot' as const,
      mode: 'webhook',
      botId: defaultBot.botId,
      ...secrets,
      baseUrl: server.url,
    },
    connectedBot: {
      kind: 'wecom-bot' as const,
      mode: 'connection',
      ...defaultBot,
      wsUrl: server.wsUrl,
      baseUrl: server.url,
    },
  };
}

function post(url: string, { query, body }: ReturnType<typeof appCallback>): Promise<Response> {
  return fetch(`${url}?${new URLSearchParams(query)}`, { method: 'POST', body });
}

/** Somebody writes to an app: the vendor calls back. Resolves with the answer to that. */
export function writeToApp(
  url: string,
  text: string,
  { user = 'ada', msgId = newMsgId(), ...signing }: Writing = {},
) {
  const { corpId, agentId } = defaultApp;
  return post(
    url,
    appCallback(appSecrets, textXml({ user, text, msgId, corpId, agentId: String(agentId) }), signing),
  );
}

/** Somebody presses a button of an app's card. */
export function pressInApp(
  url: string,
  taskId: string,
  key: string,
  { user = 'ada', ...signing }: Writing = {},
) {
  const { corpId, agentId } = defaultApp;
  const xml = messageXml(
    { type: 'event', user, corpId, agentId: String(agentId) },
    `<Event><![CDATA[template_card_event]]></Event><EventKey><![CDATA[${key}]]></EventKey>` +
      `<TaskId><![CDATA[${taskId}]]></TaskId><ResponseCode><![CDATA[code]]></ResponseCode>`,
  );
  return post(url, appCallback(appSecrets, xml, signing));
}

/** A bot's message as it is sent both ways, with an address that takes one answer. */
export function botText(
  server: WecomServer,
  text: string,
  { user = 'ada', group, msgId = newMsgId() }: Writing = {},
) {
  return {
    ...commonOf(server, user, group, msgId),
    msgtype: 'text',
    text: { content: group === undefined ? text : `@Errand ${text}` },
  };
}

/** A pressed button, as it is sent both ways. */
export function botPress(
  server: WecomServer,
  taskId: string,
  key: string,
  { user = 'ada', group, msgId = newMsgId() }: Writing = {},
) {
  return {
    ...commonOf(server, user, group, msgId),
    create_time: Math.floor(Date.now() / 1_000),
    msgtype: 'event',
    event: {
      eventtype: 'template_card_event',
      template_card_event: { card_type: 'button_interaction', event_key: key, task_id: taskId },
    },
  };
}

/** The vendor calls a bot back. */
export function callBot(url: string, event: object, signing: SigningOptions = {}): Promise<Response> {
  return post(url, botCallback(botSecrets, event, signing));
}

/** Somebody writes to a bot that is connected. Returns the message's id. */
export function writeToBot(server: WecomServer, text: string, writing: Writing = {}): string {
  const message = botText(server, text, writing);
  server.bot.push('aibot_msg_callback', writing.group ?? writing.user ?? 'ada', message);
  return message.msgid;
}

/** Somebody presses a button of a connected bot's card. */
export function pressInBot(server: WecomServer, taskId: string, key: string, writing: Writing = {}): void {
  server.bot.push(
    'aibot_event_callback',
    writing.group ?? writing.user ?? 'ada',
    botPress(server, taskId, key, writing),
  );
}

function commonOf(server: WecomServer, user: string, group: string | undefined, msgid: string) {
  return {
    msgid,
    aibotid: defaultBot.botId,
    ...(group === undefined ? { chattype: 'single' } : { chattype: 'group', chatid: group }),
    from: { userid: user },
    response_url: `${server.url}/cgi-bin/aibot/response?response_code=${server.codes.issue(group ?? user)}`,
  };
}

function newMsgId(): string {
  return String(4_000_000_000_000_000_000n + BigInt(`0x${randomBytes(7).toString('hex')}`));
}
