import type { Texts } from '../../../contracts/errors.ts';

/** What the demo model says. `{…}` is filled in. */
export const demoTexts = {
  notice: {
    en: 'This is the built-in demo model: it cannot think, but your order really went the whole way. To connect a real model, set MODEL_ENDPOINT (any OpenAI-compatible address), MODEL_API_KEY and MODEL_NAME, and start Errand again.',
    zh: '这是内置的演示模型：它不会思考，但你的消息确实走完了完整流程。要接入真正的模型，请设置 MODEL_ENDPOINT（任意兼容 OpenAI 的地址）、MODEL_API_KEY 和 MODEL_NAME，然后重新启动 Errand。',
  },
  heard: { en: 'I received: “{order}”.', zh: '我收到了：“{order}”。' },
  earlier: { en: 'Before that you said: “{earlier}”.', zh: '在此之前你说过：“{earlier}”。' },
  hint: {
    en: 'An order such as “Compare trains and flights from Berlin to Paris” shows a task with subtasks.',
    zh: '发送“比较从北京到上海的高铁和飞机”这样的任务，可以看到拆分成子任务的过程。',
  },
  done: {
    en: 'Your order “{order}” was split up, carried out and put together:',
    zh: '你的任务“{order}”已拆分、执行并汇总：',
  },
  part: {
    en: '(demo) A real model would have worked on this: {instruction}',
    zh: '（演示）真正的模型会在这里完成：{instruction}',
  },
} satisfies Record<string, Texts>;

/** The three subtasks of every demo plan. */
export const demoParts: readonly { title: Texts; instruction: Texts }[] = [
  {
    title: { en: 'Gather the facts', zh: '收集资料' },
    instruction: { en: 'Gather what is known about: {order}', zh: '收集相关资料：{order}' },
  },
  {
    title: { en: 'Weigh them', zh: '分析权衡' },
    instruction: { en: 'Weigh what matters for: {order}', zh: '分析关键因素：{order}' },
  },
  {
    title: { en: 'Draft the result', zh: '起草结果' },
    instruction: { en: 'Draft a result for: {order}', zh: '起草结果：{order}' },
  },
];

/** Orders that begin like this look like work of several steps. */
export const taskBeginnings: readonly RegExp[] = [
  /^(please |can you |could you |help me (to )?)?(plan|compare|research|write|draft|prepare|analy[sz]e|organi[sz]e|summari[sz]e|investigate|design|find out)\b/i,
  /^(请|麻烦)?你?(帮我|帮忙|给我|替我)?(规划|计划|策划|比较|对比|调研|研究|调查|写一|撰写|起草|整理|分析|设计|制定|准备)/,
];
