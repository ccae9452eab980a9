import { z } from 'zod';

const id = z
  .string()
  .max(200)
  .regex(/^[^\p{C}\s]+$/u, 'has blanks or control characters in it, or nothing');
/** More than the platform lets people write. */
const text = z.string().max(100_000);
const optionalText = text.nullish().catch(undefined);

const richTextPart = z.object({
  text: optionalText,
  type: z.string().nullish().catch(undefined),
  downloadCode: optionalText,
});

/** What comes besides text; which of it there is depends on `msgtype`. */
const content = z.object({
  downloadCode: optionalText,
  /** What an audio says, as the platform heard it. */
  recognition: optionalText,
  fileName: z.string().max(1_000).nullish().catch(undefined),
  videoType: z.string().max(20).nullish().catch(undefined),
  richText: z.array(richTextPart).max(1_000).nullish().catch(undefined),
});

/** What somebody says to the robot: the body of an HTTP callback, and `data` of a frame in stream mode. */
export const robotMessage = z.object({
  msgId: id,
  msgtype: z.string().max(40),
  conversationId: id,
  /** 1: direct, 2: group. */
  conversationType: z.enum(['1', '2']),
  senderId: id,
  /** Absent for people outside the organisation, and before the robot is published. */
  senderStaffId: id.nullish().or(z.literal('')),
  senderNick: z.string().max(1_000).nullish(),
  chatbotUserId: z.string().max(200).nullish(),
  robotCode: z.string().max(200).nullish(),
  isInAtList: z.boolean().nullish(),
  sessionWebhook: z.string().max(2_000).nullish(),
  /** Epoch milliseconds. */
  sessionWebhookExpiredTime: z.coerce.number().nullish(),
  text: z
    .object({
      content: text.nullish(),
      repliedMsg: z.object({ msgId: id.optional() }).nullish().catch(undefined),
    })
    .nullish(),
  content: content.nullish().catch(undefined),
  /** In the place of a content: the organisation used up what it may receive. */
  errorMessage: optionalText,
});
export type RobotMessage = z.infer<typeof robotMessage>;
