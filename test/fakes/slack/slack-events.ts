import { randomUUID } from 'node:crypto';
import { sign } from '../../../channels/slack/signature.ts';

let counted = 0;

/** A message's time, which is its name in its channel. */
export function nextTs(): string {
  counted += 1;
  return `${Math.floor(Date.now() / 1_000)}.${String(counted).padStart(6, '0')}`;
}

/** An event as Slack wraps it. */
export function eventCallback(event: object, botUser: string): object {
  return {
    token: 'deprecated',
    team_id: 'T1',
    api_app_id: 'A1',
    event,
    type: 'event_callback',
    event_id: `Ev${randomUUID().replaceAll('-', '').slice(0, 10).toUpperCase()}`,
    event_time: Math.floor(Date.now() / 1_000),
    authorizations: [{ enterprise_id: null, team_id: 'T1', user_id: botUser, is_bot: true }],
    is_ext_shared_channel: false,
  };
}

/** A message of a person, in a direct chat unless another channel is named. */
export function messageEvent(text: string, change: object = {}): Record<string, unknown> & { ts: string } {
  return {
    type: 'message',
    user: 'U1',
    text,
    ts: nextTs(),
    channel: 'D1',
    channel_type: 'im',
    team: 'T1',
    blocks: [{ type: 'rich_text', elements: [] }],
    ...change,
  };
}

/** Somebody pressed the button of a value. */
export function pressOf(
  value: string,
  { channel, ts, thread }: { channel: string; ts: string; thread?: string },
) {
  return {
    type: 'block_actions',
    user: { id: 'U1', username: 'ada', name: 'ada', team_id: 'T1' },
    api_app_id: 'A1',
    team: { id: 'T1', domain: 'testers' },
    container: { type: 'message', message_ts: ts, channel_id: channel },
    channel: { id: channel, name: 'directmessage' },
    message: { ts, type: 'message', ...(thread ? { thread_ts: thread } : {}) },
    response_url: 'https://hooks.slack.com/actions/T1/1/x',
    trigger_id: '1.2.x',
    actions: [{ type: 'button', action_id: 'decide-0', block_id: 'b', value, action_ts: nextTs() }],
  };
}

/** Posts a callback as Slack signs it. */
export function postSigned(
  url: string,
  secret: string,
  body: string,
  { contentType = 'application/json', now = Date.now() }: { contentType?: string; now?: number } = {},
): Promise<Response> {
  const timestamp = String(Math.floor(now / 1_000));
  return fetch(url, {
    method: 'POST',
    headers: {
      'content-type': contentType,
      'x-slack-request-timestamp': timestamp,
      'x-slack-signature': sign(secret, timestamp, Buffer.from(body)),
    },
    body,
  });
}
