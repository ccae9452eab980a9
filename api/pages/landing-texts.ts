import type { Language } from '../../contracts/index.ts';

interface LandingTexts {
  tagline: string;
  token: string;
  tokenHint: string;
  signIn: string;
  signOut: string;
  wrongToken: string;
  tooMany: string;
  offline: string;
  ledger: string;
  figures: Record<'accepted' | 'answered' | 'failed' | 'cancelled' | 'running' | 'waiting', string>;
  missing: string;
  runs: string;
  noRuns: string;
  columns: Record<'started' | 'status' | 'order' | 'answer' | 'where', string>;
  links: Record<'docs' | 'temporal', string>;
}

/** What the landing page says. */
export const landingTexts: Record<Language, LandingTexts> = {
  en: {
    tagline: 'Orders from chat, carried out durably.',
    token: 'Admin token',
    tokenHint: 'This prints it on the machine where Errand runs:',
    signIn: 'Sign in',
    signOut: 'Sign out',
    wrongToken: 'That is not the token.',
    tooMany: 'Too many wrong tokens. Wait a little.',
    offline: 'Errand does not answer right now.',
    ledger: 'Messages',
    figures: {
      accepted: 'Accepted',
      answered: 'Answered',
      failed: 'Failed',
      cancelled: 'Cancelled',
      running: 'Running',
      waiting: 'Waiting',
    },
    missing: 'Held by no workflow:',
    runs: 'Recent runs',
    noRuns: 'None yet. Send a first order:',
    columns: { started: 'Started', status: 'Status', order: 'Order', answer: 'Answer', where: 'Where' },
    links: { docs: 'API', temporal: 'Temporal' },
  },
  zh: {
    tagline: '聊天里下达的任务，可靠地完成。',
    token: '管理员令牌',
    tokenHint: '在运行 Errand 的机器上执行以下命令可查看令牌：',
    signIn: '登录',
    signOut: '退出登录',
    wrongToken: '令牌不正确。',
    tooMany: '错误次数过多，请稍后再试。',
    offline: 'Errand 暂时没有响应。',
    ledger: '消息',
    figures: {
      accepted: '已接收',
      answered: '已回复',
      failed: '失败',
      cancelled: '已取消',
      running: '进行中',
      waiting: '等待中',
    },
    missing: '没有工作流持有：',
    runs: '最近的运行',
    noRuns: '还没有运行。发送第一个任务：',
    columns: { started: '开始时间', status: '状态', order: '任务', answer: '回复', where: '来源' },
    links: { docs: 'API 文档', temporal: 'Temporal' },
  },
};
