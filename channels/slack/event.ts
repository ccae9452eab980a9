import { z } from 'zod';

const id = z.string().min(1).max(100);
const ts = z.string().regex(/^\d{1,12}\.\d{1,9}$/);

/** Slack checks a callback address. */
export const challenge = z.object({ type: z.literal('url_verification'), challenge: z.string().max(1_000) });

const file = z.object({
  id,
  name: z.string().max(1_000).nullish(),
  mimetype: z.string().max(200).nullish(),
  size: z.number().int().nonnegative().nullish(),
  url_private_download: z.url().max(2_000).nullish(),
  url_private: z.url().max(2_000).nullish(),
});
export type SlackFile = z.infer<typeof file>;

/** What was said: `message` in chats that the bot is in, `app_mention` where it is spoken to. */
export const messageEvent = z.object({
  type: z.enum(['message', 'app_mention']),
  subtype: z.string().max(100).optional(),
  user: id.optional(),
  bot_id: id.nullish(),
  text: z.string().max(200_000).nullish(),
  ts,
  thread_ts: ts.optional(),
  channel: id,
  files: z.array(file).max(50).nullish(),
});
export type MessageEvent = z.infer<typeof messageEvent>;

/** The Events API's envelope, over HTTP and Socket Mode (https://docs.slack.dev/apis/events-api). */
export const eventCallback = z.object({
  type: z.literal('event_callback'),
  event_id: id,
  authorizations: z.array(z.object({ user_id: id, is_bot: z.boolean().optional() })).nullish(),
  event: z.looseObject({ type: z.string().max(100) }),
});
export type EventCallback = z.infer<typeof eventCallback>;

/** Somebody pressed a button (https://docs.slack.dev/reference/interaction-payloads/block_actions-payload). */
export const blockActions = z.object({
  type: z.literal('block_actions'),
  user: z.object({ id, name: z.string().max(200).optional() }),
  channel: z.object({ id }),
  message: z.object({ ts, thread_ts: ts.optional() }),
  actions: z
    .array(
      z.object({ action_id: z.string().max(255), value: z.string().max(2_000).optional(), action_ts: ts }),
    )
    .min(1)
    .max(50),
});
export type BlockActions = z.infer<typeof blockActions>;
