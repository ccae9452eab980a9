import type { PostDependencies, SendReceipt } from '../channel.ts';
import { DeliveryError } from '../delivery-error.ts';
import type { DingtalkAccount } from './account.ts';
import { showCard, writeCard } from './card.ts';
import type { CardWords, MessageWords, Words } from './compose.ts';
import type { Session } from './reply-address.ts';
import { type RobotTemplate, sendByRobot } from './robot-api.ts';
import { postToWebhook, type WebhookMessage } from './webhook-answer.ts';

/** A session is not used in the last of its 90 minutes: it might be over when the message is there. */
const sessionMarginMs = 60_000;

/** Says it once. Throws `DeliveryError`. */
export async function post(
  words: Words,
  account: DingtalkAccount,
  dependencies: PostDependencies,
): Promise<SendReceipt> {
  return words.as === 'card'
    ? postCard(words, account, dependencies)
    : postMessage(words, account, dependencies);
}

/** A card that is refused for good (a template that is gone, a permission) is said as a message instead. */
async function postCard(
  { to, outTrackId, shown, content, isFinal, otherwise }: CardWords,
  account: DingtalkAccount,
  dependencies: PostDependencies,
): Promise<SendReceipt> {
  try {
    if (shown) await showCard(account, dependencies, outTrackId, to, shown);
    await writeCard(account, dependencies, { outTrackId, guid: dependencies.key, content, isFinal });
    return { providerId: outTrackId };
  } catch (error) {
    const isRefusal = error instanceof DeliveryError && !error.retryable;
    if (!isRefusal || !otherwise) throw error;
    await postMessage(otherwise, account, dependencies);
    // Nothing that can be written anew.
    return {};
  }
}

/** By the session of the message that is answered while it lives, by the OpenAPI after, or where the session is refused. */
async function postMessage(
  words: MessageWords,
  account: DingtalkAccount,
  dependencies: PostDependencies,
): Promise<SendReceipt> {
  const { session } = words.to;
  if (session && dependencies.now < session.until - sessionMarginMs) {
    try {
      await postToSession(words, session, account, dependencies);
      return {};
    } catch (error) {
      const isRefusal = error instanceof DeliveryError && !error.retryable;
      if (!isRefusal || words.to.to === 'session') throw error;
    }
  }
  return sendByRobot(account, dependencies, words.to, templateOf(words));
}

async function postToSession(
  { title, text, isPlain, mention }: MessageWords,
  session: Session,
  account: DingtalkAccount,
  dependencies: PostDependencies,
): Promise<void> {
  // Encrypted ids of people outside the organisation cannot be mentioned.
  const isMentionable = mention !== undefined && !mention.id.startsWith('$');
  const said = mention ? `@${isMentionable ? mention.id : mention.name} ${text}` : text;
  const message: WebhookMessage = {
    ...(isPlain
      ? { msgtype: 'text', text: { content: said } }
      : { msgtype: 'markdown', markdown: { title, text: said } }),
    ...(isMentionable ? { at: { atUserIds: [mention.id] } } : {}),
    msgUuid: dependencies.key,
  };
  await postToWebhook(`session of ${account.id}`, session.url, message, dependencies);
}

/** The OpenAPI has no mentions: the name stands there in plain words. */
function templateOf({ title, text, isPlain, mention }: MessageWords): RobotTemplate {
  const said = mention ? `@${mention.name} ${text}` : text;
  return isPlain
    ? { msgKey: 'sampleText', msgParam: { content: said } }
    : { msgKey: 'sampleMarkdown', msgParam: { title, text: said } };
}
