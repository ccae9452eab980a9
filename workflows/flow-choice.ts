import type { Language } from '../contracts/errors.ts';
import type { FlowPlan } from '../contracts/flow-plan.ts';
import type { InboundMessage } from '../contracts/message.ts';
import type { ConversationMemory } from './conversation-memory.ts';
import { failedBy } from './failure.ts';
import { store } from './placement.ts';

/** What takes a conversation's own choice back. */
const defaultNames = ['-', 'default', '默认'];

/** `/flow`: says which flow answers here, or lets another do it from now on. */
export async function chooseFlow(
  name: string,
  { account, conversation, language }: InboundMessage,
  memory: ConversationMemory,
): Promise<string> {
  if (defaultNames.includes(name)) memory.flow = undefined;
  else if (name !== '') {
    const refusal = await refusalOf(name, language);
    if (refusal) return refusal;
    memory.flow = name;
  }
  const plan = await store.loadPlan(memory.flow === undefined ? null : { id: memory.flow }, {
    account,
    conversation,
  });
  return answeringText(plan, memory.flow !== undefined, language);
}

/** Why a flow cannot be chosen. Only what a message may start is for people to choose. */
async function refusalOf(name: string, language: Language): Promise<string | undefined> {
  const zh = language === 'zh';
  try {
    const plan = await store.loadPlan({ id: name });
    if (plan.nodes.some(({ kind }) => kind === 'trigger.message')) return undefined;
    return zh ? `流程“${name}”不能由消息启动。` : `The flow “${name}” is not one that messages start.`;
  } catch (thrown) {
    const { error } = failedBy(thrown, language);
    if (error.type !== 'FlowNotFound') return error.userMessage;
    return zh ? `没有名为“${name}”的已发布流程。` : `There is no published flow “${name}”.`;
  }
}

function answeringText({ flow: { id, version } }: FlowPlan, isChosen: boolean, language: Language): string {
  if (language === 'zh') {
    const what = `本会话由流程“${id}”（第 ${version} 版）处理`;
    return isChosen ? `${what}。发送“/流程 -”可恢复默认。` : `${what}（默认）。`;
  }
  const what = `The flow “${id}” (version ${version}) answers here`;
  return isChosen ? `${what}. “/flow -” goes back to the default.` : `${what}, by default.`;
}
