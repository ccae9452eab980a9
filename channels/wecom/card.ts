import type { JsonObject, Language } from '../../contracts/index.ts';

/** A button's key: what it decides, of which approval, in which language it was asked. */
const keyForm = /^(approve|deny):([a-z0-9]{8}):(en|zh)$/;

const words = {
  en: {
    title: 'Your decision is needed',
    approve: 'Approve',
    deny: 'Deny',
    sent: { approve: 'Sent: approve', deny: 'Sent: deny' },
  },
  zh: {
    title: '需要你的决定',
    approve: '批准',
    deny: '拒绝',
    sent: { approve: '已提交：批准', deny: '已提交：拒绝' },
  },
} as const;

/**
 * A card that asks for a decision (`button_interaction`). `key` is the delivery's: a task id may not come twice.
 * https://developer.work.weixin.qq.com/document/path/90236, https://developer.work.weixin.qq.com/document/path/101032
 */
export function approvalCard(id: string, key: string, language: Language): JsonObject {
  const { title, approve, deny } = words[language];
  return {
    card_type: 'button_interaction',
    main_title: { title, desc: `/approve ${id}` },
    task_id: `errand-${key}`,
    button_list: [
      { text: approve, style: 1, key: `approve:${id}:${language}` },
      { text: deny, style: 2, key: `deny:${id}:${language}` },
    ],
  };
}

/** What somebody decided by a button. */
export interface Press {
  /** The command that it stands for. */
  command: string;
  language: Language;
}

/** What the button of a key stands for; undefined when it is none of ours. */
export function pressOf(eventKey: string | undefined): Press | undefined {
  const [, decision, id, language] = keyForm.exec(eventKey ?? '') ?? [];
  if (!decision || !id) return undefined;
  return { command: `/${decision} ${id}`, language: language === 'en' ? 'en' : 'zh' };
}

/** What a card says once one of its buttons was pressed. */
export function pressedLabel({ command, language }: Press): string {
  return words[language].sent[command.startsWith('/approve') ? 'approve' : 'deny'];
}

/** What takes the place of a card whose button was pressed; its one button stands for nothing. */
export function decidedCard(press: Press, taskId: string): JsonObject {
  return {
    card_type: 'button_interaction',
    main_title: { title: words[press.language].title, desc: press.command },
    task_id: taskId,
    button_list: [{ text: pressedLabel(press), style: 4, key: 'decided' }],
  };
}
