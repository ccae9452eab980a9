import { z } from 'zod';

/** What the platform pushes: https://open.dingtalk.com/document/direction/stream-mode-protocol-access-description */
const frame = z.object({
  type: z.string().max(40),
  headers: z.object({
    topic: z.string().max(200),
    /** Absent in `disconnect`, which wants no answer. */
    messageId: z.string().max(200).optional(),
  }),
  /** JSON as a text. */
  data: z.string().optional(),
});
export type Frame = z.infer<typeof frame>;

export const topics = {
  robot: '/v1.0/im/bot/messages/get',
  card: '/v1.0/card/instances/callback',
} as const;

/** The frame in a text; undefined when it is none. */
export function frameOf(text: string): Frame | undefined {
  return frame.safeParse(jsonOf(text)).data;
}

/** Undefined where it is no JSON. */
export function jsonOf(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return undefined;
  }
}

/** The answer to a frame; `data` as JSON in a text. */
export function answerTo({ headers }: Frame, data: string): string {
  const { messageId } = headers;
  return JSON.stringify({
    code: 200,
    headers: { contentType: 'application/json', messageId },
    message: 'OK',
    data,
  });
}
