import type { ConversationStatus } from '../contracts/conversation.ts';
import type { Language, Texts } from '../contracts/errors.ts';
import { brief } from './brief.ts';
import type { ListedRun } from './run-list.ts';

export function statusText(status: ConversationStatus, now: number, language: Language): string {
  const zh = language === 'zh';
  const lines: string[] = [];
  if (status.quarantined)
    lines.push(
      zh
        ? '⚠ 本会话的记忆已损坏，等待运维人员处理。'
        : '⚠ My memory of this conversation is damaged; the operator has to mend it.',
    );
  if (status.current) {
    const { text, startedAt, node } = status.current;
    const step = node ? (zh ? `，步骤 ${node}` : `, step ${node}`) : '';
    const seconds = Math.round((now - startedAt) / 1_000);
    lines.push(
      zh
        ? `正在处理：“${brief(text)}”（${seconds} 秒${step}）`
        : `Working on “${brief(text)}” (${seconds} s${step})`,
    );
  }
  for (const { runId, text } of status.active) {
    lines.push(zh ? `后台任务 ${runId}：“${brief(text)}”` : `In the background, ${runId}: “${brief(text)}”`);
  }
  if (status.queued > 0) lines.push(zh ? `排队：${status.queued} 条` : `Waiting in line: ${status.queued}`);
  return lines.join('\n') || (zh ? '空闲，没有进行中的任务。' : 'Idle: nothing is going on.');
}

const outcomeWords: Record<ListedRun['outcome'], Texts> = {
  answered: { en: '✓ answered', zh: '✓ 已回复' },
  failed: { en: '✗ failed', zh: '✗ 失败' },
  cancelled: { en: '– stopped', zh: '– 已停止' },
  running: { en: '… running', zh: '… 进行中' },
  queued: { en: '· in line', zh: '· 排队中' },
};

export function runsText(runs: readonly ListedRun[], language: Language): string {
  if (runs.length === 0) return language === 'zh' ? '这里还没有任务。' : 'No runs here yet.';
  return runs
    .map(({ runId, text, outcome }) => `${outcomeWords[outcome][language]}  ${runId}  ${brief(text)}`)
    .join('\n');
}

export function stoppedText(count: number, language: Language): string {
  if (count === 0) return language === 'zh' ? '没有可停止的任务。' : 'There is nothing to stop.';
  return language === 'zh' ? `已停止 ${count} 个任务。` : `Stopped ${count} ${count === 1 ? 'run' : 'runs'}.`;
}

export function promotedText(runId: string, language: Language): string {
  return language === 'zh'
    ? `这需要一些时间，我在后台继续处理（编号 ${runId}），完成后在此回复。发送 /停止 可取消。`
    : `This takes a while. I go on in the background (run ${runId}) and answer here; /stop ends it.`;
}

export function waitingForModelText(runId: string, language: Language): string {
  return language === 'zh'
    ? `目前无法连接到任何模型。我会在后台持续重试（编号 ${runId}），恢复后在此回复。发送 /停止 可取消。`
    : `No model can be reached right now. I keep trying in the background (run ${runId}) and answer here once one can; /stop ends it.`;
}
