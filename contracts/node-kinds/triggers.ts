import { z } from 'zod';
import { jsonObject } from '../json.ts';
import { field, type NodeKind } from './kind.ts';

export const triggerMessage = {
  kind: 'trigger.message',
  title: { en: 'Message', zh: '收到消息' },
  help: { en: 'Starts when a person sends a message.', zh: '有人发来消息时启动。' },
  config: z.strictObject({}),
  fields: {},
  ports: [],
  output: 'null',
  example: {},
  defaultTimeout: '10s',
  traits: { trigger: true, inline: true },
} satisfies NodeKind;

export const triggerWebhook = {
  kind: 'trigger.webhook',
  title: { en: 'Webhook', zh: 'Webhook 触发' },
  help: { en: 'Starts when another program calls the flow.', zh: '其他程序调用该流程时启动。' },
  config: z.strictObject({ input: jsonObject.optional() }),
  fields: {
    input: field(
      ['Input', '输入'],
      [
        'JSON Schema of what the caller sends. What does not fit is refused before a run starts.',
        '调用方所发送数据的 JSON Schema；不符合的请求会在启动前被拒绝。',
      ],
    ),
  },
  ports: [],
  output: 'what the caller sent',
  example: {
    input: { type: 'object', required: ['order'], properties: { order: { type: 'string' } } },
  },
  defaultTimeout: '10s',
  traits: { trigger: true, inline: true, raw: ['input'], schemas: ['input'] },
} satisfies NodeKind;
