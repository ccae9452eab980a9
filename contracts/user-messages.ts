import type { ErrorType, Language, Texts } from './errors.ts';

/** What a person reads when something failed. `{runId}` is filled in by who says it. */
export const userMessages: Record<ErrorType, Texts> = {
  BudgetExceeded: {
    en: 'The budget for this kind of work is used up. Please try later or ask your administrator.',
    zh: '本项工作的预算已用完，请稍后再试或联系管理员。',
  },
  Cancelled: { en: 'Stopped, as you asked.', zh: '已按要求停止。' },
  DeliveryFailed: { en: 'The answer could not be delivered.', zh: '回复未能送达。' },
  DependencyFailed: { en: 'A step this one builds on failed.', zh: '所依赖的步骤失败了。' },
  EgressRefused: { en: 'The address is not allowed by policy.', zh: '该地址不在允许访问的范围内。' },
  ExpressionError: {
    en: 'A condition or template in this flow is wrong. Its author has to correct it.',
    zh: '该流程中的条件或模板有误，需要由流程作者修正。',
  },
  FlowInvalid: {
    en: 'This flow is not valid. Its author has to correct it.',
    zh: '该流程无效，需要由流程作者修正。',
  },
  FlowNotFound: { en: 'The flow for this conversation does not exist.', zh: '本会话对应的流程不存在。' },
  HttpStatus: { en: 'A service I asked answered with an error.', zh: '所调用的服务返回了错误。' },
  Internal: {
    en: 'Something went wrong inside. The operator can see what.',
    zh: '内部出错，运维人员可查看详情。',
  },
  InvalidInput: { en: 'I could not make sense of the input.', zh: '输入内容无法处理。' },
  MemoryDamaged: {
    en: 'My memory of this conversation is damaged, so I stopped rather than answer without it. The operator has been told.',
    zh: '本会话的记忆已损坏。为避免在缺失记忆的情况下作答，我已停止，并已通知运维人员。',
  },
  ModelOutputInvalid: {
    en: 'The model gave an answer I could not use. Please rephrase, or try again.',
    zh: '模型的回答无法使用，请换个说法或重试。',
  },
  ModelRejected: {
    en: 'The model service refused the request. The operator has to check its settings.',
    zh: '模型服务拒绝了请求，需要运维人员检查其配置。',
  },
  ModelUnavailable: {
    en: 'No model can be reached right now, so I cannot do this yet. Please try again in a few minutes.',
    zh: '目前无法连接到任何模型，暂时无法处理，请几分钟后再试。',
  },
  NoReply: { en: 'The work ended without an answer.', zh: '任务结束，但没有产生回复。' },
  QuorumNotReached: {
    en: 'Too few of the steps that were needed succeeded.',
    zh: '成功的前置步骤数量不足。',
  },
  RunLimit: { en: 'The work was larger than what is allowed at once.', zh: '任务超出了单次允许的规模。' },
  StoreUnavailable: {
    en: 'My storage cannot be reached right now. Please try again.',
    zh: '存储暂时不可用，请重试。',
  },
  SubflowFailed: { en: 'A flow that this one builds on failed.', zh: '所调用的子流程失败了。' },
  Terminated: {
    en: 'The work was ended by the operator before it was done.',
    zh: '任务在完成前被运维人员终止。',
  },
  Timeout: { en: 'The work took longer than allowed.', zh: '任务超出了允许的时间。' },
};

/** The text of an error type in a language; of an unknown type that of `Internal`. */
export function userMessageOf(type: string, language: Language): string {
  return (Object.hasOwn(userMessages, type) ? userMessages[type as ErrorType] : userMessages.Internal)[
    language
  ];
}
