import { z } from 'zod';
import { jsonObject } from '../json.ts';
import type { NodeKind } from './kind.ts';

export const triggerMessage = {
  kind: 'trigger.message',
  title: { en: 'Message', zh: '收到消息' },
  help: { en: 'Starts when a person sends a message.', zh: '有人发来消息时启动。' },
  config: z.strictObject({}),
  ports: [],
  defaultTimeout: '10s',
  traits: { trigger: true, inline: true },
} satisfies NodeKind;

export const triggerWebhook = {
  kind: 'trigger.webhook',
  title: { en: 'Webhook', zh: 'Webhook 触发' },
  help: {
    en: 'Starts when another program calls the flow. `input` is the JSON Schema of what it sends.',
    zh: '其他程序调用该流程时启动。input 是所发送数据的 JSON Schema。',
  },
  config: z.strictObject({ input: jsonObject.optional() }),
  ports: [],
  defaultTimeout: '10s',
  traits: { trigger: true, inline: true, raw: ['input'] },
} satisfies NodeKind;
