import type { Language } from '../../contracts/index.ts';

/** What the embedded chat says itself. */
export const embedTexts: Record<Language, Record<string, string>> = {
  en: {
    title: 'Chat',
    label: 'Your message',
    hint: 'Write a message…',
    send: 'Send',
    empty: 'Ask me something.',
    offline: 'No connection. I keep trying.',
    notSent: 'Not sent. Press Send to try again.',
    tooMany: 'That was a lot at once. Please wait a moment.',
    approve: 'Approve',
    deny: 'Deny',
  },
  zh: {
    title: '对话',
    label: '你的消息',
    hint: '输入消息……',
    send: '发送',
    empty: '有什么可以帮你？',
    offline: '连接已断开，正在重试。',
    notSent: '未能发送，请点“发送”重试。',
    tooMany: '消息太多了，请稍等片刻。',
    approve: '同意',
    deny: '拒绝',
  },
};
