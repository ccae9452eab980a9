import type { PairResult } from '../contracts/activities.ts';
import type { Language } from '../contracts/errors.ts';
import type { InboundMessage } from '../contracts/message.ts';
import { conversationActivities } from './placement.ts';

/** `/pair <code>`: an administrator lets somebody in. */
export async function letIn(code: string, { account, language, sender }: InboundMessage): Promise<string> {
  if (code === '') return language === 'zh' ? '请写明配对码：/配对 <配对码>' : 'Which code? /pair <code>';
  return resultText(await conversationActivities.pair({ account, code, by: sender.id }), code, language);
}

function resultText(result: PairResult, code: string, language: Language): string {
  const zh = language === 'zh';
  switch (result.type) {
    case 'paired':
      return zh ? `已批准，${result.who} 现在可以给我发消息了。` : `Done: ${result.who} may write to me now.`;
    case 'notAllowed':
      return zh ? '只有管理员可以批准配对。' : 'Only an administrator can let people in.';
    case 'unknown':
      return zh
        ? `没有等待批准的配对码 ${code}：可能已过期，或输入有误。`
        : `Nobody waits with the code ${code}: it may have expired, or is mistyped.`;
  }
}
