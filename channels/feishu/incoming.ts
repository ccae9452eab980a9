import { jsonObject } from '../../contracts/index.ts';
import type { ParsedMessage } from '../channel.ts';
import type { FeishuAccount } from './account.ts';
import { cardAction, type Envelope, envelope, messageEvent } from './event.ts';
import { parseMessage } from './parse.ts';
import { parsePress, toast } from './press.ts';

/** What an event is for its account. `answer` is what the platform shows once it was taken. */
export type Incoming =
  | { type: 'message'; message: ParsedMessage; answer?: object }
  | { type: 'ignored'; reason: string }
  /** It was meant for another app, or does not have the form that its type has. */
  | { type: 'foreign' }
  | { type: 'malformed'; detail: string };

/** Reads a verified event, by callback or connection. `bot`: the account's own open_id, where it is known. */
export function readEvent(body: unknown, account: FeishuAccount, bot?: string): Incoming {
  const { success, data } = envelope.safeParse(body);
  if (!success) return { type: 'malformed', detail: 'It is no event of version 2.0.' };
  const { app_id: app, event_id: id, event_type: type } = data.header;
  if (app !== undefined && app !== account.appId) return { type: 'foreign' };
  if (type === 'im.message.receive_v1') {
    const event = messageEvent.safeParse(data.event);
    if (!event.success) return malformed(type, event.error.issues);
    const message = parseMessage(event.data, account, bot);
    if (!message) return { type: 'ignored', reason: 'a message without a sender' };
    return { type: 'message', message: { ...message, raw: diagnosable(data) } };
  }
  if (type === 'card.action.trigger') {
    const action = cardAction.safeParse(data.event);
    if (!action.success) return malformed(type, action.error.issues);
    const message = parsePress(action.data, id, account);
    if (!message) return { type: 'ignored', reason: 'a button of another program' };
    return { type: 'message', message: { ...message, raw: diagnosable(data) }, answer: toast };
  }
  return { type: 'ignored', reason: `an event of type ${type}` };
}

/** The event without the tokens that verify it or let its card be changed. */
function diagnosable({ schema, header, event }: Envelope): ParsedMessage['raw'] {
  const { token: _, ...rest } = header;
  const { token: _t, ...eventRest } = event;
  return jsonObject.parse({ schema, header: rest, event: eventRest });
}

function malformed(type: string, issues: readonly { path: PropertyKey[]; message: string }[]): Incoming {
  const [issue] = issues;
  return { type: 'malformed', detail: `${type}: ${issue?.path.join('.')}: ${issue?.message}` };
}
