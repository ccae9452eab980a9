import { z } from 'zod';
import { durationText } from '../duration-text.ts';
import { expression, flowLimits } from '../flow.ts';
import { json } from '../json.ts';
import { type NodeKind, template } from './kind.ts';

export const condition = {
  kind: 'condition',
  title: { en: 'Condition', zh: '条件' },
  help: { en: 'Leaves by `true` or by `false`.', zh: '按条件从 true 或 false 端口离开。' },
  config: z.strictObject({ if: expression }),
  ports: ['true', 'false'],
  defaultTimeout: '10s',
  traits: { inline: true, expressions: ['if'] },
} satisfies NodeKind;

export const transform = {
  kind: 'transform',
  title: { en: 'Transform', zh: '数据转换' },
  help: { en: 'Builds any JSON from what came before.', zh: '用上游结果构造任意 JSON。' },
  config: z.strictObject({ output: json }),
  ports: [],
  defaultTimeout: '10s',
  traits: { inline: true },
} satisfies NodeKind;

export const wait = {
  kind: 'wait',
  title: { en: 'Wait', zh: '等待' },
  help: { en: 'Goes on after a time, or at one.', zh: '等待一段时间，或到指定时间后继续。' },
  config: z
    .strictObject({
      for: z.union([durationText, template]).optional(),
      until: z.union([z.iso.datetime({ offset: true }), template]).optional(),
    })
    .refine(
      (value) => (value.for === undefined) !== (value.until === undefined),
      'exactly one of `for` and `until`',
    ),
  ports: [],
  defaultTimeout: '30d',
  traits: { inline: true, waits: true },
} satisfies NodeKind;

export const dispatch = {
  kind: 'dispatch',
  title: { en: 'Dispatch', zh: '子任务分发' },
  help: {
    en: 'Does the same thing for each item, some at a time; an item waits for those in its `dependsOn`.',
    zh: '对每一项执行同样的操作，可并发；dependsOn 中的项完成后才开始。',
  },
  config: z.strictObject({
    items: z.union([template, z.array(json).max(flowLimits.fanOut)]),
    do: z.strictObject({ kind: z.enum(['model', 'http']), config: z.record(z.string(), json) }),
    concurrency: z.union([z.number().int().min(1).max(100), template]).default(4),
    onItemError: z.enum(['continue', 'fail']).default('continue'),
  }),
  ports: [],
  defaultTimeout: '130s',
  traits: { fanOut: { items: 'items', do: 'do', concurrency: 'concurrency', onItemError: 'onItemError' } },
} satisfies NodeKind;
