import { z } from 'zod';

const jsonText = <Schema extends z.ZodType>(schema: Schema) =>
  z
    .string()
    .refine((text) => Buffer.byteLength(text) <= 15_000, 'msgParam is longer than 15,000 bytes')
    .transform((text, context) => {
      try {
        return schema.parse(JSON.parse(text));
      } catch {
        context.addIssue('msgParam is not what msgKey wants');
        return z.NEVER;
      }
    });

const template = z.discriminatedUnion('msgKey', [
  z.strictObject({
    msgKey: z.literal('sampleText'),
    msgParam: jsonText(z.strictObject({ content: z.string().min(1) })),
  }),
  z.strictObject({
    msgKey: z.literal('sampleMarkdown'),
    msgParam: jsonText(z.strictObject({ title: z.string().min(1), text: z.string().min(1) })),
  }),
]);

const robotCode = z.string().min(1);
const templates = template.options.map(({ shape }) => shape);

export const tokenRequest = z.strictObject({ appKey: z.string(), appSecret: z.string() });
export const groupSend = z.union(
  templates.map((shape) =>
    z.strictObject({ ...shape, robotCode, openConversationId: z.string().startsWith('cid') }),
  ),
);
export const personSend = z.union(
  templates.map((shape) =>
    z.strictObject({ ...shape, robotCode, userIds: z.array(z.string()).min(1).max(20) }),
  ),
);

const at = z.strictObject({
  atUserIds: z.array(z.string()).optional(),
  atMobiles: z.array(z.string()).optional(),
  isAtAll: z.boolean().optional(),
});
const common = { at: at.optional(), msgUuid: z.string().max(64).optional() };
export const webhookMessage = z.discriminatedUnion('msgtype', [
  z.strictObject({
    msgtype: z.literal('text'),
    text: z.strictObject({ content: z.string().min(1) }),
    ...common,
  }),
  z.strictObject({
    msgtype: z.literal('markdown'),
    markdown: z.strictObject({ title: z.string().min(1), text: z.string().min(1) }),
    ...common,
  }),
]);

const small = z.string().refine((text) => Buffer.byteLength(text) <= 1_024, 'a variable above 1 KB');
const space = z.strictObject({
  supportForward: z.boolean(),
  lastMessageI18n: z.partialRecord(z.enum(['ZH_CN', 'EN_US']), z.string()).optional(),
});
const cardCommon = {
  cardTemplateId: z.string(),
  outTrackId: z.string().min(1).max(64),
  callbackType: z.enum(['STREAM', 'HTTP']),
  callbackRouteKey: z.string().min(1).optional(),
  cardData: z.strictObject({ cardParamMap: z.record(z.string().max(100), small) }),
  userIdType: z.literal(1).optional(),
};
export const groupCard = z.strictObject({
  ...cardCommon,
  openSpaceId: z.string().regex(/^dtv1\.card\/\/IM_GROUP\.cid/),
  imGroupOpenSpaceModel: space,
  imGroupOpenDeliverModel: z.strictObject({
    robotCode,
    atUserIds: z.record(z.string(), z.string()).optional(),
  }),
});
export const personCard = z.strictObject({
  ...cardCommon,
  openSpaceId: z.string().regex(/^dtv1\.card\/\/IM_ROBOT\../),
  imRobotOpenSpaceModel: space,
  imRobotOpenDeliverModel: z.strictObject({
    spaceType: z.literal('IM_ROBOT'),
    robotCode: robotCode.optional(),
  }),
});

export const streaming = z.strictObject({
  outTrackId: z.string().min(1).max(64),
  guid: z.string().min(1),
  key: z.literal('content'),
  content: z.string().refine((text) => Buffer.byteLength(text) <= 3_072, 'a content above 3 KB'),
  // The variable is markdown: only ever whole.
  isFull: z.literal(true),
  isFinalize: z.boolean(),
  isError: z.boolean(),
});

export const downloadRequest = z.strictObject({ downloadCode: z.string().min(1), robotCode });

export const openRequest = z.strictObject({
  clientId: z.string(),
  clientSecret: z.string(),
  ua: z.string().optional(),
  localIp: z.string().optional(),
  subscriptions: z.array(z.strictObject({ type: z.enum(['EVENT', 'CALLBACK']), topic: z.string() })).min(1),
});

export const ack = z.strictObject({
  code: z.number(),
  headers: z.strictObject({ messageId: z.string(), contentType: z.literal('application/json') }),
  message: z.string(),
  data: z.string(),
});
