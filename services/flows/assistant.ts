import type { FlowDocument } from '../../contracts/index.ts';

/**
 * The flow that is there without anyone having written it: plain talk is answered at once, a task is split, worked on
 * in parallel and answered as a whole. Its descriptions speak both languages, since the model may be at home in either.
 */
export const assistant: FlowDocument = {
  schemaVersion: 1,
  id: 'assistant',
  name: { en: 'Assistant', zh: '助手' },
  nodes: [
    { id: 'message', kind: 'trigger.message', title: { en: 'Message', zh: '用户消息' } },
    {
      id: 'intent',
      kind: 'intent',
      title: { en: 'Intent', zh: '意图识别' },
      config: {
        answers: ['chat'],
        intents: [
          {
            name: 'chat',
            description:
              'Greetings, small talk, thanks, a question about you, or any question that one short answer settles, from general knowledge or from what was said before in this conversation. 问候、闲聊、致谢、询问你自己，或凭常识、凭前文一次简短回答即可解决的问题。',
            examples: [
              'hello',
              'what is the capital of France?',
              'what did I just ask you?',
              '你好，你能做什么？',
              '光合作用是什么？',
              '我刚才说我叫什么名字？',
            ],
          },
          {
            name: 'task',
            description:
              'An order that takes several steps or yields a longer result: researching, comparing, planning, writing a document, summarising or translating at length, or handling several items one by one. 需要多个步骤或较长成果的任务：调研、对比、制定计划、撰写文档、长文总结或翻译、逐项处理多项内容。',
            examples: [
              'Compare three ways to host a blog and recommend one',
              'Plan a two-day trip to Kyoto with a budget',
              'Write release notes and an announcement for version 2',
              '调研三款开源数据库，分别列出优缺点并给出建议',
              '帮我制定一份为期两周的新员工培训计划',
              '把这份需求拆成任务，并为每项写出验收标准',
            ],
          },
        ],
      },
      timeout: '60s',
      retry: {
        maximumAttempts: 3,
        initialInterval: '1s',
        backoffCoefficient: 2,
        maximumInterval: '10s',
      },
    },
    {
      id: 'decompose',
      kind: 'decompose',
      title: { en: 'Decompose', zh: '任务分解' },
      config: { maximumSubtasks: 8 },
    },
    {
      id: 'dispatch',
      kind: 'dispatch',
      title: { en: 'Dispatch', zh: '子任务分发' },
      config: {
        items: '{{ nodes.decompose.output.subtasks }}',
        do: { kind: 'model', config: { prompt: '{{ item.instruction }}' } },
        concurrency: 4,
        onItemError: 'continue',
      },
      onError: { action: 'branch' },
    },
    { id: 'aggregate', kind: 'aggregate', title: { en: 'Aggregate', zh: '结果汇总' } },
    {
      id: 'notify',
      kind: 'notify',
      title: { en: 'Reply', zh: '通知' },
      config: {
        text: '{{ nodes.aggregate.output != null ? nodes.aggregate.output.text : nodes.intent.output.text }}',
      },
    },
    {
      id: 'apology',
      kind: 'notify',
      title: { en: 'Apology', zh: '致歉' },
      config: { text: '{{ nodes.dispatch.error.userMessage }}' },
    },
  ],
  edges: [
    { from: 'message', to: 'intent' },
    { from: 'intent', to: 'notify', when: "nodes.intent.output.intent == 'chat'" },
    { from: 'intent', to: 'decompose', when: "nodes.intent.output.intent == 'task'" },
    { from: 'decompose', to: 'dispatch' },
    { from: 'dispatch', to: 'aggregate' },
    { from: 'aggregate', to: 'notify' },
    { from: 'dispatch', on: 'error', to: 'apology' },
  ],
};
