import { z } from 'zod';
import { expression } from '../flow.ts';
import { json } from '../json.ts';
import { field, type NodeKind } from './kind.ts';

export const condition = {
  kind: 'condition',
  title: { en: 'Condition', zh: '条件' },
  help: { en: 'Leaves by `true` or by `false`.', zh: '按条件从 true 或 false 端口离开。' },
  config: z.strictObject({ if: expression }),
  fields: {
    if: field(['If', '条件'], ['An expression that is true or false.', '结果为 true 或 false 的表达式。']),
  },
  ports: ['true', 'false'],
  output: 'true or false',
  example: { if: 'size(trigger.text) > 100' },
  defaultTimeout: '10s',
  traits: { inline: true, expressions: ['if'] },
} satisfies NodeKind;

export const switchKind = {
  kind: 'switch',
  title: { en: 'Switch', zh: '多路分支' },
  help: {
    en: 'Leaves by the port of the first case that holds, by `default` when none does.',
    zh: '从第一个满足条件的分支端口离开；都不满足时走 default。',
  },
  config: z.strictObject({
    cases: z
      .array(
        z.strictObject({
          port: z.string().regex(/^[\p{L}_][\p{L}\p{N}_-]{0,39}$/u, 'letters, digits, _ and -, at most 40'),
          when: expression,
        }),
      )
      .min(1)
      .max(50),
  }),
  fields: {
    cases: field(
      ['Cases', '分支'],
      [
        'Asked in this order; those behind the first that holds are not asked.',
        '按顺序判断，首个满足后不再判断其余分支。',
      ],
      {
        port: field(['Port', '端口'], ['Edges leave by this name.', '连线由此名称的端口引出。']),
        when: field(
          ['When', '条件'],
          ['An expression that is true or false.', '结果为 true 或 false 的表达式。'],
        ),
      },
    ),
  },
  ports: ['default'],
  output: 'the port, as text',
  example: {
    cases: [
      { port: 'large', when: 'trigger.input.amount > 1000' },
      { port: 'small', when: 'trigger.input.amount > 0' },
    ],
  },
  defaultTimeout: '10s',
  traits: { inline: true, cases: 'cases' },
} satisfies NodeKind;

export const join = {
  kind: 'join',
  title: { en: 'Join', zh: '汇合' },
  help: {
    en: 'Waits for the branches that lead to it: all that are taken, any one, or a number of them.',
    zh: '等待多条分支：全部已走的分支、任意一条，或达到指定数量。',
  },
  config: z
    .strictObject({
      mode: z.enum(['all', 'any', 'quorum']).default('all'),
      quorum: z.number().int().min(1).max(500).optional(),
    })
    .superRefine(({ mode, quorum }, context) => {
      if ((mode === 'quorum') === (quorum !== undefined)) return;
      const message =
        mode === 'quorum'
          ? 'say how many edges have to fire'
          : 'leave `quorum` out, or set `mode` to `quorum`';
      context.addIssue({ code: 'custom', path: ['quorum'], message });
    }),
  fields: {
    mode: field(
      ['Mode', '方式'],
      [
        '`all`: until each edge has fired or is dead. `any`: the first that fires. `quorum`: as many as you say.',
        'all：每条连线都已触发或失效；any：首条触发即可；quorum：触发数达到设定值。',
      ],
    ),
    quorum: field(
      ['Quorum', '数量'],
      [
        'How many edges have to fire. Fails as QuorumNotReached once they cannot any more.',
        '需要触发的连线数；一旦无法达到，以 QuorumNotReached 失败。',
      ],
    ),
  },
  ports: [],
  output: '{inputs: {<node>: its output}} of the edges that had fired',
  example: { mode: 'quorum', quorum: 2 },
  defaultTimeout: '10s',
  traits: { inline: true, inputs: true, join: { mode: 'mode', quorum: 'quorum' } },
} satisfies NodeKind;

export const transform = {
  kind: 'transform',
  title: { en: 'Transform', zh: '数据转换' },
  help: { en: 'Builds any JSON from what came before.', zh: '用上游结果构造任意 JSON。' },
  config: z.strictObject({ output: json }),
  fields: {
    output: field(['Output', '输出'], ['Any JSON, with templates.', '任意 JSON，可使用模板。']),
  },
  ports: [],
  output: 'what `output` yields',
  example: { output: { order: '{{ trigger.input.order }}', at: '{{ now }}' } },
  defaultTimeout: '10s',
  traits: { inline: true },
} satisfies NodeKind;
