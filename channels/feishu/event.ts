import { z } from 'zod';
import { json } from '../../contracts/index.ts';

/*
 * What the platform sends, as far as it is read here; fields that are not known are passed over.
 * https://open.feishu.cn/document/server-docs/im-v1/message/events/receive
 */

const vendorId = z.string().min(1).max(256);
/** A field that is there and empty says as much as one that is not. */
const optionalId = z
  .string()
  .max(256)
  .nullish()
  .transform((id) => id || undefined);

export const encrypted = z.object({ encrypt: z.string().min(1) });

export const challenge = z.object({
  type: z.literal('url_verification'),
  challenge: z.string().max(4_096),
  token: z.string().max(256).optional(),
});

export const envelope = z.object({
  schema: z.literal('2.0'),
  header: z.object({
    event_id: vendorId,
    event_type: z.string().min(1).max(200),
    token: z.string().max(256).optional(),
    app_id: optionalId,
  }),
  event: z.record(z.string(), json),
});
export type Envelope = z.infer<typeof envelope>;

const mention = z.object({
  key: z.string().min(1).max(100),
  name: z.string().max(1_000).default(''),
  id: z.object({ open_id: optionalId }),
  /** `user` or `bot`; older platforms do not say. */
  mentioned_type: z.string().max(50).optional(),
});
export type Mention = z.infer<typeof mention>;

/** `im.message.receive_v1`. */
export const messageEvent = z.object({
  sender: z.object({
    sender_id: z.object({ open_id: optionalId, union_id: optionalId, user_id: optionalId }),
    sender_type: z.string().max(50),
  }),
  message: z.object({
    message_id: vendorId,
    root_id: optionalId,
    parent_id: optionalId,
    thread_id: optionalId,
    chat_id: vendorId,
    chat_type: z.string().max(50),
    message_type: z.string().min(1).max(100),
    /** JSON within JSON; its form depends on `message_type`. */
    content: z.string(),
    mentions: z.array(mention).max(1_000).nullish(),
  }),
});

/** `card.action.trigger`. */
export const cardAction = z.object({
  operator: z.object({ open_id: vendorId }),
  action: z.object({ value: json.optional() }),
  context: z.object({ open_message_id: vendorId, open_chat_id: vendorId }),
});
