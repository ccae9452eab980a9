import { z } from 'zod';
import { accountId, flowId } from './ids.ts';
import { secretSource } from './secret-source.ts';

const address = z.url({ protocol: /^https?$/ });
/** Takes the place of the vendor's scheme and host; the vendor's path is kept behind it. */
const baseUrl = address.optional();
const vendorId = z.string().min(1).max(200);
const senderIds = z.array(z.string().min(1).max(256)).max(10_000);

const accountCommon = {
  id: accountId,
  flow: flowId.default('assistant'),
  /**
   * What becomes of a message that comes while another is worked off: it waits for its turn; what one person writes
   * within seconds is taken as one order; or the new message takes the place of the old.
   */
  queue: z.enum(['order', 'collect', 'interrupt']).default('order'),
  groups: z
    .strictObject({
      requireMention: z.boolean().default(true),
      /** Whose memory and line it is: the group's, each person's in it, or each topic's. */
      scope: z.enum(['chat', 'sender', 'topic']).default('chat'),
    })
    .prefault({}),
  /** Who may write, by the platform's id of the sender; without it everybody may, or whoever is paired. */
  allowFrom: senderIds.optional(),
  /** Unknown people get a code that an administrator approves. */
  pairing: z.boolean().default(false),
  /** May approve pairing in chat. */
  administrators: senderIds.default([]),
  ratePerSenderPerMinute: z.number().int().min(1).max(1_000_000).default(60),
};

export const webAccount = z.strictObject({
  ...accountCommon,
  kind: z.literal('web'),
  /** Sites whose pages may show the chat to visitors; without it only the console does. */
  embed: z.strictObject({ origins: z.array(z.string().min(1).max(300)).min(1).max(100) }).optional(),
});

export const webhookAccount = z.strictObject({
  ...accountCommon,
  kind: z.literal('webhook'),
  secret: secretSource,
  replyUrl: address.optional(),
});

export const dingtalkAccount = z.strictObject({
  ...accountCommon,
  kind: z.literal('dingtalk'),
  mode: z.enum(['webhook', 'stream']).default('stream'),
  appKey: vendorId,
  appSecret: secretSource,
  /** The app key, where the vendor's console shows no other. */
  robotCode: vendorId.optional(),
  cardTemplateId: vendorId.optional(),
  baseUrl,
  oapiBaseUrl: baseUrl,
});

/** A robot of one group that can only speak. */
export const dingtalkRobotAccount = z.strictObject({
  ...accountCommon,
  kind: z.literal('dingtalk-robot'),
  accessToken: secretSource,
  secret: secretSource,
  oapiBaseUrl: baseUrl,
});

export const feishuAccount = z.strictObject({
  ...accountCommon,
  kind: z.literal('feishu'),
  domain: z.enum(['feishu', 'lark']).default('feishu'),
  mode: z.enum(['webhook', 'connection']).default('connection'),
  appId: vendorId,
  appSecret: secretSource,
  encryptKey: secretSource.optional(),
  verificationToken: secretSource.optional(),
  baseUrl,
});

export const wecomAccount = z.strictObject({
  ...accountCommon,
  kind: z.literal('wecom'),
  corpId: vendorId,
  agentId: z.union([z.number().int().nonnegative(), vendorId]),
  secret: secretSource,
  token: secretSource,
  encodingAesKey: secretSource,
  baseUrl,
});

export const wecomBotAccount = z.strictObject({
  ...accountCommon,
  kind: z.literal('wecom-bot'),
  mode: z.enum(['webhook', 'connection']).default('connection'),
  botId: vendorId.optional(),
  secret: secretSource.optional(),
  token: secretSource.optional(),
  encodingAesKey: secretSource.optional(),
  wsUrl: z.url({ protocol: /^wss?$/ }).optional(),
  baseUrl,
});

export const slackAccount = z.strictObject({
  ...accountCommon,
  kind: z.literal('slack'),
  mode: z.enum(['webhook', 'socket']).default('socket'),
  botToken: secretSource,
  signingSecret: secretSource.optional(),
  appToken: secretSource.optional(),
  baseUrl,
});

export const telegramAccount = z.strictObject({
  ...accountCommon,
  kind: z.literal('telegram'),
  mode: z.enum(['webhook', 'polling']).default('polling'),
  botToken: secretSource,
  secretToken: secretSource.optional(),
  /** Of the bot. Polling asks for it; a webhook knows mentions by it. */
  username: vendorId.optional(),
  baseUrl,
});

/** One configured bot of a channel. A new channel adds its member here. */
export const accountConfig = z.discriminatedUnion('kind', [
  webAccount,
  webhookAccount,
  dingtalkAccount,
  dingtalkRobotAccount,
  feishuAccount,
  wecomAccount,
  wecomBotAccount,
  slackAccount,
  telegramAccount,
]);
export type AccountConfig = z.infer<typeof accountConfig>;
export type ChannelKind = AccountConfig['kind'];
/** An account of one kind. */
export type AccountOf<Kind extends ChannelKind> = Extract<AccountConfig, { kind: Kind }>;
