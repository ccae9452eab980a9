import { createHash } from 'node:crypto';
import { z } from 'zod';
import { jsonObject } from '../../contracts/index.ts';
import { approvalOf } from './approval-card.ts';
import { describe, type Parsed } from './parse.ts';
import { chatId, type ReplyAddress } from './reply-address.ts';

const actions = { approve: '/approve', deny: '/deny' } as const;

/** Somebody touched a card: the body of an HTTP callback, and `data` of a frame in stream mode. */
const cardCallback = z.object({
  type: z.string().max(40).nullish(),
  outTrackId: z.string().min(1).max(64),
  userId: z.string().min(1).max(200),
  /** JSON as a text. */
  content: z.string().max(100_000),
});

const cardContent = z.object({
  cardPrivateData: z.object({
    /** The ids of the buttons in the template. */
    actionIds: z.array(z.string().max(200)).max(100).nullish(),
    params: z.record(z.string(), z.unknown()).nullish(),
  }),
});

/** What the vendor expects of a press: the buttons go for whoever pressed; others may still decide. */
export const pressAnswer = {
  cardUpdateOptions: { updateCardDataByKey: true, updatePrivateDataByKey: true },
  userPrivateData: { cardParamMap: { approval: '' } },
};

/** Reads a pressed button as the command that it stands for. `event`: what tells this press from the next one. */
export function parsePress(body: unknown, event: string): Parsed {
  const callback = cardCallback.safeParse(body);
  if (!callback.success) return { type: 'invalid', detail: describe(callback.error) };
  const { outTrackId, userId, content } = callback.data;
  const card = approvalOf(outTrackId);
  const action = actionOf(content);
  if (!card || !action) {
    return { type: 'ignored', reason: 'a card was touched that asks for no decision' };
  }
  const address: ReplyAddress =
    card.group === undefined ? { to: 'person', staff: userId } : { to: 'group', conversation: card.group };
  return {
    type: 'message',
    message: {
      id: pressId(outTrackId, userId, action, event),
      chat: { id: chatId(address, ''), type: card.group === undefined ? 'direct' : 'group' },
      mentioned: true,
      pressed: true,
      sender: { id: userId },
      text: `${actions[action]} ${card.approval}`,
      language: card.language,
      replyTo: address,
      raw: jsonObject.safeParse(body).data ?? {},
    },
  };
}

/** The parameter `action` of the button, or its id. */
function actionOf(text: string): keyof typeof actions | undefined {
  const content = cardContent.safeParse(parsedJson(text)).data?.cardPrivateData;
  const given = [content?.params?.action, ...(content?.actionIds ?? [])];
  return given.find((name) => name === 'approve' || name === 'deny');
}

function pressId(...parts: string[]): string {
  return `press-${createHash('sha256').update(parts.join('\0')).digest('base64url')}`;
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
