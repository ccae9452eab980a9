/**
 * Channels: one folder per chat platform, each of which verifies and parses what the platform sends and says things
 * to people there. A new channel is a folder, a line in the registry below and its member of `accountConfig` in
 * contracts; nothing else knows a platform. What all channels share stands beside the folders.
 */
import type { Channel } from './channel.ts';
import { dingtalk } from './dingtalk/index.ts';
import { dingtalkRobot } from './dingtalk-robot/index.ts';
import { feishu } from './feishu/index.ts';
import { slack } from './slack/index.ts';
import { telegram } from './telegram/index.ts';
import { web } from './web/index.ts';
import { webhook } from './webhook/index.ts';
import { wecom } from './wecom/index.ts';
import { wecomBot } from './wecom-bot/index.ts';

// biome-ignore format: a line for each
const registry: readonly Channel[] = [
  dingtalk,
  dingtalkRobot,
  feishu,
  slack,
  telegram,
  web,
  webhook,
  wecom,
  wecomBot,
];

/** The channel of a kind of account; undefined for a kind that does not exist. */
export function channelOf(kind: string): Channel | undefined {
  return registry.find((channel) => channel.kind === kind);
}

export { AccessTokens } from './access-tokens.ts';
export type {
  Channel,
  ChannelDependencies,
  ChannelRequest,
  ChannelResponse,
  ParsedMessage,
  ReceiveResult,
  SendReceipt,
} from './channel.ts';
export { DeliveryError } from './delivery-error.ts';
export { createSender, type Send } from './send.ts';
