import { z } from 'zod';
import type { ChannelKind } from './accounts.ts';
import { channelEvent } from './channel-event.ts';
import { accountId, conversationId } from './ids.ts';
import { messageTextLimit } from './message.ts';

/** An account that is configured but cannot start, and why: one sentence each, without secrets. */
export interface UnusableChannel {
  id: string;
  kind: ChannelKind;
  problems: string[];
}

const time = z.iso.datetime();

/** An account as its operator sees it. */
export const channelStatus = z.object({
  id: accountId,
  kind: z.string().max(40),
  /** How messages come in: by the platform's calls, over a connection of ours, or neither. */
  mode: z.enum(['callback', 'connection', 'none']).nullable(),
  /** `ready`: nothing stands in the way of messages, as far as can be told from here. */
  status: z.enum(['ready', 'connected', 'connecting', 'unusable']),
  /** Why it does not start. */
  problems: z.array(z.string()),
  connectedSince: time.nullable(),
  /** The last thing that came, and what became of it. */
  lastEvent: channelEvent.extend({ at: time }).nullable(),
  /** Why its connection was last lost, or could not be opened. */
  lastError: z.string().nullable(),
  /** The process that holds its connection. */
  owner: z.string().nullable(),
  /** Messages that came over its connection. */
  received: z.number().int().nonnegative().nullable(),
  /** What the platform has to call. */
  callbackUrl: z.string().nullable(),
});
export type ChannelStatus = z.infer<typeof channelStatus>;

export const testChannel = z.strictObject({
  /** Where a test message is sent; without it none is. */
  conversation: conversationId.optional(),
  text: z.string().min(1).max(messageTextLimit).optional(),
});
export type TestChannel = z.infer<typeof testChannel>;

/** What came of a test. */
export const channelTest = channelStatus.extend({
  /** Whether nothing that was looked at is wrong. */
  ok: z.boolean(),
  checks: z.array(z.object({ name: z.string(), ok: z.boolean(), detail: z.string() })),
});
export type ChannelTest = z.infer<typeof channelTest>;
