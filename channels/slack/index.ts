/**
 * Slack: an app's bot. Events come by signed callback (Events API) or over Socket Mode and are the same JSON either
 * way; answers go by the Web API, in the thread of what they answer where others listen.
 */
import { defineChannel } from '../define-channel.ts';
import { addressOf, connects, problemsOf } from './account.ts';
import { check } from './check.ts';
import { compose } from './compose.ts';
import { connect } from './connect.ts';
import { fetchAttachment } from './fetch-attachment.ts';
import { post } from './post.ts';
import { receive } from './receive.ts';

export const slack = defineChannel({
  kind: 'slack',
  edits: true,
  problems: problemsOf,
  receive,
  connects,
  connect,
  addressOf,
  // https://docs.slack.dev/apis/web-api/rate-limits: a message a second and channel, several hundred a minute in all.
  limits: () => ({
    account: { capacity: 20, perMinute: 300 },
    conversation: { capacity: 3, perMinute: 60 },
  }),
  compose,
  post,
  fetchAttachment,
  check,
});
