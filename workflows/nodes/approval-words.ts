import type { Approval } from '../../contracts/approval.ts';
import type { Language } from '../../contracts/errors.ts';

/** What a person is asked, and how they answer. */
export function questionText({ id, text }: Approval, language: Language): string {
  return language === 'zh'
    ? `${text}\n\n回复“/同意 ${id}”或“/拒绝 ${id}”。`
    : `${text}\n\nAnswer with /approve ${id} or /deny ${id}`;
}

export function reminderText(approval: Approval, language: Language): string {
  const words =
    language === 'zh' ? '提醒：仍在等待你的决定。' : 'A reminder: this still waits for your decision.';
  return `${words}\n\n${questionText(approval, language)}`;
}

export function escalationText(approval: Approval, language: Language): string {
  const words =
    language === 'zh'
      ? '此事尚无人决定，现转到这里。'
      : 'Nobody has decided on this yet, so it is asked here too.';
  return `${words}\n\n${questionText(approval, language)}`;
}
