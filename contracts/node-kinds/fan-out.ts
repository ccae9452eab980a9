import { z } from 'zod';
import { flowLimits } from '../flow-limits.ts';
import { json } from '../json.ts';
import { type Fields, field, type NodeKind, template } from './kind.ts';

const onItemError = z.enum(['continue', 'fail']);

const shape = {
  items: z.union(
    [template, z.array(json).max(flowLimits.fanOut)],
    `a list of up to ${flowLimits.fanOut}, or one {{ expression }}`,
  ),
  do: z.strictObject({
    kind: z.enum(['model', 'http', 'subflow']),
    config: z.record(z.string(), json),
  }),
};
const concurrency = z.union(
  [z.number().int().min(1).max(100), template],
  'a whole number from 1 to 100, or one {{ expression }}',
);

const fields: Fields = {
  items: field(
    ['Items', '列表'],
    ['A list of up to 1,000, or a template that yields one.', '最多 1000 项的列表，或返回列表的模板。'],
  ),
  do: field(
    ['Do', '操作'],
    [
      'What is done with each item; `item` and `index` are in scope.',
      '对每一项执行的操作，可使用 item 和 index。',
    ],
    {
      kind: field(
        ['Kind', '类型'],
        ['The kind of node that is done for each item.', '对每一项执行的节点类型。'],
      ),
      config: field(['Config', '配置'], ['Of that kind.', '该类型节点的配置。']),
    },
  ),
  concurrency: field(
    ['At a time', '并发数'],
    ['How many items are under way at once, 1 to 100.', '同时进行的项数，1 到 100。'],
  ),
  onItemError: field(
    ['When an item fails', '单项失败时'],
    [
      '`continue` with the others, or `fail` and cancel what is under way.',
      'continue：继续其余各项；fail：立即失败并取消进行中的项。',
    ],
  ),
};

const output = '{items: [{index, status, output, error}]}';
const fanOut = { items: 'items', do: 'do', concurrency: 'concurrency', onItemError: 'onItemError' };

export const dispatch = {
  kind: 'dispatch',
  title: { en: 'Dispatch', zh: '子任务分发' },
  help: {
    en: 'Does the same thing for each item, some at a time; an item waits for those in its `dependsOn`.',
    zh: '对每一项执行同样的操作，可并发；dependsOn 中的项完成后才开始。',
  },
  config: z.strictObject({
    ...shape,
    concurrency: concurrency.default(4),
    onItemError: onItemError.default('continue'),
  }),
  fields,
  ports: [],
  output,
  example: {
    items: '{{ nodes.decompose.output.subtasks }}',
    do: { kind: 'model', config: { prompt: '{{ item.instruction }}' } },
    concurrency: 4,
  },
  defaultTimeout: '130s',
  traits: { fanOut },
} satisfies NodeKind;

export const loop = {
  kind: 'loop',
  title: { en: 'Loop', zh: '循环' },
  help: {
    en: 'Does the same thing for each item, one after the other unless said otherwise; stops at the first failure.',
    zh: '逐项执行同样的操作，默认依次进行，遇到失败即停止。',
  },
  config: z.strictObject({
    ...shape,
    concurrency: concurrency.default(1),
    onItemError: onItemError.default('fail'),
  }),
  fields,
  ports: [],
  output,
  example: {
    items: ['https://example.com/a', 'https://example.com/b'],
    do: { kind: 'http', config: { url: '{{ item }}' } },
  },
  defaultTimeout: '130s',
  traits: { fanOut },
} satisfies NodeKind;
