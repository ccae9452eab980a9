import type { Decision, DecisionResult } from '../contracts/approval.ts';
import type { Language } from '../contracts/errors.ts';
import type { InboundMessage } from '../contracts/message.ts';
import { conversationActivities } from './placement.ts';

/** As in contracts, which workflows cannot import: it is made of zod. */
const noteCharacters = 1_000;

/** `/approve` and `/deny`: `<id> [note]`. */
export async function decide(
  decision: Decision['decision'],
  argument: string,
  { account, conversation, language, runId, sender }: InboundMessage,
): Promise<string> {
  const [, id = '', note = ''] = /^(\S*)\s*([\s\S]*)$/.exec(argument) ?? [];
  const zh = language === 'zh';
  if (id === '') {
    return zh ? '请写明编号：/同意 <编号> 或 /拒绝 <编号>' : 'Which one? /approve <id> or /deny <id>';
  }
  if (note.length > noteCharacters) {
    return zh
      ? `说明过长，最多 ${noteCharacters} 字；未作任何处理。`
      : `The note is too long: at most ${noteCharacters} characters. Nothing was decided.`;
  }
  const result = await conversationActivities.decide({
    decision: {
      id: id.toLowerCase(),
      decision,
      by: sender.id,
      via: 'chat',
      ...(note === '' ? {} : { note }),
    },
    from: { account, conversation },
    key: runId,
  });
  return resultText(result, decision, id, language);
}

function resultText(
  result: DecisionResult,
  decision: Decision['decision'],
  id: string,
  language: Language,
): string {
  const zh = language === 'zh';
  switch (result) {
    case 'decided':
      if (decision === 'approve') return zh ? `已同意（${id}）。` : `Approved (${id}).`;
      return zh ? `已拒绝（${id}）。` : `Denied (${id}).`;
    case 'notAllowed':
      return zh ? '你没有权限审批这一项。' : 'You are not one of those who may decide this.';
    case 'notPending': {
      const shown = id.length > 40 ? `${id.slice(0, 40)}…` : id;
      return zh
        ? `这里没有编号为 ${shown} 的待审批事项：可能已处理、已过期，或编号有误。`
        : `Nothing here waits for a decision under ${shown}: it may be decided, expired, or mistyped.`;
    }
  }
}
