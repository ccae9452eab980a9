import { z } from 'zod';
import { jsonObject } from '../json.ts';
import { type NodeKind, template, text } from './kind.ts';

export const intent = {
  kind: 'intent',
  title: { en: 'Intent', zh: '意图识别' },
  help: {
    en: 'One model call that answers plain talk at once, or names what the person wants.',
    zh: '一次模型调用：日常对话直接作答，其他情况判断用户意图。',
  },
  config: z.strictObject({
    intents: z
      .array(
        z.strictObject({
          name: z.string().regex(/^[a-z][a-z0-9_]{0,39}$/),
          description: z.string().min(1).max(1_000),
          examples: z.array(z.string().max(500)).max(20).optional(),
        }),
      )
      .min(1)
      .max(30),
    answers: z.array(z.string()).default([]),
    prompt: text.optional(),
  }),
  ports: [],
  defaultTimeout: '130s',
  traits: { memory: true, raw: ['intents', 'answers'] },
} satisfies NodeKind;

export const decompose = {
  kind: 'decompose',
  title: { en: 'Decompose', zh: '任务分解' },
  help: { en: 'Splits an order into subtasks.', zh: '把任务拆分为子任务。' },
  config: z.strictObject({
    maximumSubtasks: z.number().int().min(1).max(50).default(8),
    prompt: text.optional(),
  }),
  ports: [],
  defaultTimeout: '130s',
  traits: { memory: true },
} satisfies NodeKind;

export const aggregate = {
  kind: 'aggregate',
  title: { en: 'Aggregate', zh: '结果汇总' },
  help: {
    en: 'Makes one answer of the results of the nodes right before it.',
    zh: '把紧邻上游节点的结果汇总为一个回答。',
  },
  config: z.strictObject({ prompt: text.optional() }),
  ports: [],
  defaultTimeout: '130s',
  traits: { inputs: true },
} satisfies NodeKind;

export const model = {
  kind: 'model',
  title: { en: 'Model', zh: '模型' },
  help: {
    en: 'Asks a model. With a schema, its answer is an object.',
    zh: '调用模型；设置 schema 时返回对象。',
  },
  config: z.strictObject({
    prompt: text.min(1),
    system: text.optional(),
    schema: jsonObject.optional(),
    temperature: z.union([z.number().min(0).max(2), template]).optional(),
  }),
  ports: [],
  defaultTimeout: '130s',
  traits: { raw: ['schema'] },
} satisfies NodeKind;
