import { condition } from '@temporalio/workflow';
import type { RetryResult } from '../contracts/activities.ts';
import type { ConversationStatus } from '../contracts/conversation.ts';
import type { Language } from '../contracts/errors.ts';
import type { InboundMessage } from '../contracts/message.ts';
import { conversationActivities } from './placement.ts';
import type { ListedRun } from './run-list.ts';

/** What `/retry` asks of the conversation. */
interface RetryDesk {
  listRuns(): ListedRun[];
  status(): ConversationStatus;
  /** A run goes on from one that ended here. */
  resumed(run: { runId: string; text: string }, messageId: string): void;
}

/** `/retry [run]`: goes on from a run that failed or was stopped; without an id, from the last one. */
export async function retry(
  wanted: string,
  { account, conversation, id, language, runId }: InboundMessage,
  desk: RetryDesk,
): Promise<string> {
  const old = wanted === '' ? await lastFailed(desk) : wanted.toLowerCase();
  if (old === undefined) {
    return language === 'zh' ? '最近没有失败或被停止的任务。' : 'Nothing failed or was stopped here lately.';
  }
  const from = { account, conversation };
  const result = await conversationActivities.retry({ runId: old, from, key: runId });
  if (result.type === 'resumed') desk.resumed(result, id);
  return resultText(result, old, language);
}

/** One that is told of may not have ended here yet. */
async function lastFailed(desk: RetryDesk): Promise<string | undefined> {
  const find = () =>
    desk.listRuns().findLast(({ outcome }) => outcome === 'failed' || outcome === 'cancelled')?.runId;
  if (find() === undefined && desk.status().current) await condition(() => find() !== undefined, '1s');
  return find();
}

function resultText(result: RetryResult, old: string, language: Language): string {
  const zh = language === 'zh';
  switch (result.type) {
    case 'resumed':
      return zh
        ? `正在重试，已完成的步骤不再重做（新编号 ${result.runId}），完成后在此回复。`
        : `Trying again as run ${result.runId}: what is done is kept. The answer comes here.`;
    case 'again':
      return zh ? '这个任务已经重试过了，发送 /任务 可查看。' : 'That was tried again already: see /runs.';
    case 'nothingFailed':
      return zh
        ? '这个任务的各步骤都没有失败，无从重试。'
        : 'No step of it failed, so there is nothing to try again.';
    case 'changed':
      return zh
        ? '该流程已更改，失败的步骤不复存在；请重新下达任务。'
        : 'Its flow has changed and lacks the step that failed. Please order it anew.';
    case 'unknown':
      return zh
        ? `本会话没有可重试的任务 ${old}：可能仍在进行、已成功，或编号有误。`
        : `There is no run ${old} here to try again: it goes on, ended well, or is mistyped.`;
  }
}
