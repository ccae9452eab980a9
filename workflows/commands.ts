import type { Language, Texts } from '../contracts/errors.ts';

interface CommandKind {
  names: readonly string[];
  /** What `/help` says of it. */
  help: Texts;
  /** What may follow: one word, if anything, or a text. */
  takes: 'word' | 'text';
}

/** The chat commands. */
const commands = {
  help: {
    names: ['help', '帮助'],
    help: { en: '/help: what I understand', zh: '/帮助：我能听懂的命令' },
    takes: 'word',
  },
  status: {
    names: ['status', '状态'],
    help: { en: '/status: what I am doing', zh: '/状态：正在处理什么' },
    takes: 'word',
  },
  stop: {
    names: ['stop', '停止'],
    help: {
      en: '/stop [run]: stop everything here, or one run',
      zh: '/停止 [编号]：停止全部任务，或指定的一个',
    },
    takes: 'word',
  },
  runs: {
    names: ['runs', '任务'],
    help: { en: '/runs: the last runs here', zh: '/任务：最近的任务' },
    takes: 'word',
  },
  retry: {
    names: ['retry', '重试'],
    help: {
      en: '/retry [run]: go on from a run that failed, keeping what is done',
      zh: '/重试 [编号]：从失败处继续，已完成的步骤保留',
    },
    takes: 'word',
  },
  approve: {
    names: ['approve', '同意', '批准'],
    help: {
      en: '/approve <id> [note]: say yes to what waits for it',
      zh: '/同意 <编号> [说明]：批准一项待审批事项',
    },
    takes: 'text',
  },
  deny: {
    names: ['deny', '拒绝'],
    help: { en: '/deny <id> [note]: say no to it', zh: '/拒绝 <编号> [说明]：拒绝一项待审批事项' },
    takes: 'text',
  },
  flow: {
    names: ['flow', '流程'],
    help: {
      en: '/flow [name]: which flow answers here; with a name, change it; “-” goes back to the default',
      zh: '/流程 [名称]：查看由哪个流程处理本会话；加名称可切换，“-”恢复默认',
    },
    takes: 'word',
  },
  model: {
    names: ['model', '模型'],
    help: {
      en: '/model [name]: which model answers here; with a name, change it; “-” goes back to the default',
      zh: '/模型 [名称]：查看本会话使用的模型；加名称可切换，“-”恢复默认',
    },
    takes: 'word',
  },
  memory: {
    names: ['memory', '记忆'],
    help: { en: '/memory [word]: what I remember here', zh: '/记忆 [关键词]：我在本会话记得什么' },
    takes: 'text',
  },
  remember: {
    names: ['remember', '记住'],
    help: { en: '/remember <text>: note something for good', zh: '/记住 <内容>：长期记下一条备忘' },
    takes: 'text',
  },
  pair: {
    names: ['pair', '配对'],
    help: {
      en: '/pair <code>: let somebody in (administrators)',
      zh: '/配对 <配对码>：批准新成员使用（仅管理员）',
    },
    takes: 'word',
  },
  forget: {
    names: ['forget', '忘记'],
    help: { en: '/forget <id>: remove a note', zh: '/忘记 <编号>：删除一条备忘' },
    takes: 'word',
  },
} as const satisfies Record<string, CommandKind>;

export type CommandName = keyof typeof commands;

export interface Command {
  name: CommandName;
  argument: string;
}

/** The command a text is, or null: an unknown word after a slash is an order like any other. */
export function commandOf(text: string): Command | null {
  const match = /^[/／]([\p{L}]{1,20})(?:\s+([\s\S]*))?$/u.exec(text.trim());
  const word = match?.[1]?.toLowerCase();
  const argument = match?.[2]?.trim() ?? '';
  for (const name of Object.keys(commands) as CommandName[]) {
    const { names, takes } = commands[name];
    if (!names.some((known) => known === word)) continue;
    return takes === 'text' || /^\S{0,64}$/.test(argument) ? { name, argument } : null;
  }
  return null;
}

export function helpText(language: Language): string {
  return Object.values(commands)
    .map(({ help }) => help[language])
    .join('\n');
}
