import { z } from 'zod';

/** The forms of what is sent, as strict as the vendor; sizes in UTF-8 bytes. */
const atMost = (bytes: number) =>
  z
    .string()
    .min(1)
    .refine((text) => Buffer.byteLength(text) <= bytes, { message: 'too long' });

/** Half a character is not UTF-8. */
const whole = (text: string): boolean => !/\p{Surrogate}/u.test(text);

export const appText = atMost(2_048).refine(whole);
export const botText = atMost(20_480).refine(whole);

export const card = z.strictObject({
  card_type: z.literal('button_interaction'),
  main_title: z.strictObject({ title: z.string().min(1).max(128), desc: z.string().max(128).optional() }),
  sub_title_text: z.string().max(512).optional(),
  task_id: z.string().regex(/^[A-Za-z0-9_@-]{1,128}$/),
  button_list: z
    .array(
      z.strictObject({
        text: z.string().min(1).max(40),
        style: z.number().int().min(1).max(4),
        key: atMost(1_024),
      }),
    )
    .min(1)
    .max(6),
});
export type Card = z.infer<typeof card>;

export const appMessage = z.discriminatedUnion('msgtype', [
  z.strictObject({
    touser: z.string().regex(/^[^|\s]+$/),
    agentid: z.number().int(),
    msgtype: z.literal('text'),
    text: z.strictObject({ content: z.string().min(1) }),
  }),
  z.strictObject({
    touser: z.string().regex(/^[^|\s]+$/),
    agentid: z.number().int(),
    msgtype: z.literal('markdown'),
    markdown: z.strictObject({ content: z.string().min(1) }),
  }),
  z.strictObject({
    touser: z.string().regex(/^[^|\s]+$/),
    agentid: z.number().int(),
    msgtype: z.literal('template_card'),
    template_card: card,
  }),
]);

const botBodies = [
  z.strictObject({ msgtype: z.literal('markdown'), markdown: z.strictObject({ content: botText }) }),
  z.strictObject({ msgtype: z.literal('template_card'), template_card: card }),
] as const;
export const botMessage = z.discriminatedUnion('msgtype', [...botBodies]);

const target = { chatid: z.string().min(1), chat_type: z.literal([1, 2]).optional() };
export const botSend = z.discriminatedUnion('msgtype', [
  botBodies[0].extend(target),
  botBodies[1].extend(target),
]);

export const botStream = z.strictObject({
  msgtype: z.literal('stream'),
  stream: z.strictObject({ id: z.string().min(1).max(64), finish: z.boolean(), content: botText }),
});

export const cardUpdate = z.strictObject({
  response_type: z.literal('update_template_card'),
  userids: z.array(z.string().min(1)).min(1),
  template_card: card,
});

export const frame = z.strictObject({
  cmd: z.string(),
  headers: z.strictObject({ req_id: z.string().min(1) }),
  body: z.unknown().optional(),
});
export const subscription = z.strictObject({ bot_id: z.string(), secret: z.string() });
