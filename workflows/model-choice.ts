import type { Language } from '../contracts/errors.ts';
import type { ConversationMemory } from './conversation-memory.ts';
import { conversationActivities } from './placement.ts';

/** What takes a conversation's own choice back. */
const defaultNames = ['-', 'default', '默认'];

/** `/model`: says which models there are and which is asked first here, or lets another be from now on. */
export async function chooseModel(
  name: string,
  language: Language,
  memory: ConversationMemory,
): Promise<string> {
  const models = await conversationActivities.models();
  if (defaultNames.includes(name)) memory.model = undefined;
  else if (name !== '') {
    const chosen = models.find(({ id, model }) => id === name || model === name);
    if (!chosen) return `${unknownText(name, language)}\n${listText(models)}`;
    memory.model = chosen.id;
  }
  return `${answeringText(memory.model, language)}\n${listText(models)}`;
}

function listText(models: readonly { id: string; model: string }[]): string {
  return models.map(({ id, model }) => (id === model ? `- ${id}` : `- ${id} (${model})`)).join('\n');
}

function unknownText(name: string, language: Language): string {
  return language === 'zh'
    ? `没有名为“${name}”的模型。可用的模型：`
    : `There is no model “${name}”. There are:`;
}

function answeringText(chosen: string | undefined, language: Language): string {
  if (chosen === undefined) {
    return language === 'zh'
      ? '本会话按流程或默认顺序选择模型：'
      : 'The flow, or the order of preference, decides which model is asked here:';
  }
  return language === 'zh'
    ? `本会话优先使用模型“${chosen}”，不可用时由其他模型接替。发送“/模型 -”可恢复默认。`
    : `The model “${chosen}” is asked first here; the others stand in for it. “/model -” goes back to the default.`;
}
