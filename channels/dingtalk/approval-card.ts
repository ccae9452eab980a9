import type { Language } from '../../contracts/index.ts';

/*
 * A press comes back with the id of its card, which is ours to choose, and little else: the id says what was asked, where,
 * and in which language.
 */

const maximum = 64;
const form = /^([a-z0-9]{8})\.(en|zh)[\w-]{5}\.([\w-]*)$/;

/** `group`: the id of its conversation, absent in a direct chat. */
export interface ApprovalCard {
  approval: string;
  language: Language;
  group?: string;
}

/**
 * The id of the card that asks for an approval; undefined where the group's id is too long for it. `key` is the
 * delivery's: a reminder is another card.
 */
export function approvalCard(
  { approval, language, group = '' }: ApprovalCard,
  key: string,
): string | undefined {
  const told = key
    .replace(/[^\w-]/g, '')
    .slice(0, 5)
    .padEnd(5, '-');
  const id = `${approval}.${language}${told}.${Buffer.from(group).toString('base64url')}`;
  return id.length <= maximum && form.test(id) ? id : undefined;
}

/** What a card's id says; undefined for one that asks for nothing. */
export function approvalOf(outTrackId: string): ApprovalCard | undefined {
  const [, approval, language, encoded] = form.exec(outTrackId) ?? [];
  if (approval === undefined || encoded === undefined) return undefined;
  const group = Buffer.from(encoded, 'base64url').toString('utf8');
  return { approval, language: language === 'en' ? 'en' : 'zh', ...(group ? { group } : {}) };
}
