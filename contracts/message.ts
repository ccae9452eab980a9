import { z } from 'zod';
import { language } from './errors.ts';
import { accountId, conversationId, flowId, messageId, runId } from './ids.ts';
import { jsonObject } from './json.ts';
import { sender } from './sender.ts';

export const attachment = z.object({
  kind: z.enum(['image', 'audio', 'video', 'file']),
  name: z.string().max(256).optional(),
  mimeType: z.string().max(128).optional(),
  bytes: z.number().int().nonnegative().optional(),
  /** Where the platform keeps it, in the channel's own terms; gone once fetched. */
  source: jsonObject.optional(),
  /** Key in the object store, once fetched. */
  key: z.string().max(512).optional(),
  /** Why it is not there. */
  problem: z.string().max(500).optional(),
});
export type Attachment = z.infer<typeof attachment>;

/** A published version of a flow, 0 the built-in one; or, with `draft`, what was being edited, which has no number. */
export const flowRef = z.object({
  id: flowId,
  version: z.number().int().nonnegative(),
  draft: z.literal(true).optional(),
});
export type FlowRef = z.infer<typeof flowRef>;

/** Longest text of a message that is accepted, in UTF-16 units. */
export const messageTextLimit = 32_000;

/** What a person sent, in the one form all channels parse into. Fixed at acceptance, the reply address included. */
export const inboundMessage = z.object({
  id: messageId,
  runId,
  channel: z.string().max(40),
  account: accountId,
  conversation: conversationId,
  sender,
  text: z.string().max(messageTextLimit),
  attachments: z.array(attachment).max(20).optional(),
  /** Present in a group: what is said to the asker names them. */
  group: z.literal(true).optional(),
  /** The platform's id of the message that it answers. */
  quotes: messageId.optional(),
  /** What is said can be changed afterwards, so progress is shown in one message. */
  edits: z.literal(true).optional(),
  /** How it joins the line of its conversation; absent: it waits for its turn. */
  queue: z.enum(['collect', 'interrupt']).optional(),
  language,
  /** Where the answer goes, in the channel's own terms. */
  replyTo: jsonObject,
  /** The newest published version of the conversation's flow when the message was accepted. */
  flow: flowRef.optional(),
  /** Fingerprint of the intents that were bound in its account then. */
  boundIntents: z.string().max(64).optional(),
  /** Id of the model that the people of the conversation chose for it, when its turn came. */
  model: z.string().max(40).optional(),
  acceptedAt: z.iso.datetime(),
  /** 32 hex digits, W3C trace context. */
  traceId: z.string().regex(/^[0-9a-f]{32}$/),
});
export type InboundMessage = z.infer<typeof inboundMessage>;
