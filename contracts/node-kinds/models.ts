import { z } from 'zod';
import { jsonObject } from '../json.ts';
import { field, type NodeKind, template, text } from './kind.ts';

/** What every kind that asks a model may say of which one, and of what to do while there is none. */
const choice = {
  model: z.string().max(200).optional(),
  whenUnavailable: z.enum(['fail', 'wait']).optional(),
};
const choiceFields = {
  model: field(
    ['Model', '模型'],
    [
      'Id of the configured model that is asked first; the others stand in for it. Without it that of the conversation, then that of the flow.',
      '优先调用的模型编号（见配置），不可用时由其他模型接替；不填则依次采用会话、流程的选择。',
    ],
  ),
  whenUnavailable: field(
    ['When no model answers', '没有可用模型时'],
    [
      '`fail`, or `wait` up to a day until one does. Without it as the flow says, else `fail`.',
      'fail 表示失败，wait 表示最多等待一天，直到有模型可用；不填则按流程设置，默认 fail。',
    ],
  ),
};

const promptHelp: [string, string] = [
  'Added to the built-in instructions. Templates are filled in.',
  '追加到内置提示词之后，可使用模板。',
];

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
    ...choice,
  }),
  fields: {
    intents: field(
      ['Intents', '意图'],
      ['What a person may want. The model chooses one.', '用户可能的意图，由模型选择其一。'],
      {
        name: field(
          ['Name', '名称'],
          [
            'Lower-case letters, digits and _; what conditions compare with.',
            '小写字母、数字和下划线，供条件比较使用。',
          ],
        ),
        description: field(
          ['Description', '描述'],
          ['Tells the model when this is meant.', '告诉模型什么情况属于该意图。'],
        ),
        examples: field(
          ['Examples', '示例'],
          ['Things people say when they mean this.', '表达该意图的常见说法。'],
        ),
      },
    ),
    answers: field(
      ['Answered at once', '直接作答'],
      [
        'Names of intents that the same call answers, as `text`.',
        '由同一次调用直接作答的意图名称，回答在 text 中。',
      ],
    ),
    prompt: field(['Instructions', '补充提示词'], promptHelp),
    ...choiceFields,
  },
  ports: [],
  output: '{intent, text?, arguments?}',
  example: {
    answers: ['chat'],
    intents: [
      { name: 'chat', description: 'Small talk.', examples: ['Hello!'] },
      { name: 'report', description: 'Wants a report.', examples: ['How did March go?'] },
    ],
  },
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
    ...choice,
  }),
  fields: {
    maximumSubtasks: field(
      ['At most', '子任务上限'],
      ['How many subtasks there may be.', '最多拆分为多少个子任务。'],
    ),
    prompt: field(['Instructions', '补充提示词'], promptHelp),
    ...choiceFields,
  },
  ports: [],
  output: '{subtasks: [{id, title, instruction, dependsOn?}]}',
  example: { maximumSubtasks: 5 },
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
  config: z.strictObject({ prompt: text.optional(), ...choice }),
  fields: { prompt: field(['Instructions', '补充提示词'], promptHelp), ...choiceFields },
  ports: [],
  output: '{text}',
  example: { prompt: 'At most five sentences.' },
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
    temperature: z
      .union([z.number().min(0).max(2), template], 'a number from 0 to 2, or one {{ expression }}')
      .optional(),
    ...choice,
  }),
  fields: {
    prompt: field(['Prompt', '提示词'], ['What the model is asked.', '向模型提出的内容。']),
    system: field(['System prompt', '系统提示词'], ['Who the model is to be.', '设定模型的角色与规则。']),
    schema: field(
      ['Schema', '输出结构'],
      [
        'JSON Schema of the answer, which is then an object instead of text.',
        '回答的 JSON Schema；设置后输出为对象而非文本。',
      ],
    ),
    temperature: field(
      ['Temperature', '温度'],
      ['0 is sober, 2 is wild; without it the endpoint decides.', '0 最稳定，2 最发散；不填则由端点决定。'],
    ),
    ...choiceFields,
  },
  ports: [],
  output: '{text}, or the object of its schema',
  example: { prompt: 'Summarise in one sentence: {{ trigger.text }}' },
  defaultTimeout: '130s',
  traits: { raw: ['schema'], schemas: ['schema'] },
} satisfies NodeKind;
