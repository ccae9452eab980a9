/**
 * Feishu, and Lark as it is called abroad: an app's bot. Events come by callback or over the platform's long connection
 * and are the same JSON either way; answers go by the REST API, as replies to what they answer.
 */
import { defineChannel } from '../define-channel.ts';
import { problemsOf } from './account.ts';
import { compose } from './compose.ts';
import { post } from './post.ts';
import { receive } from './receive.ts';
import { addressOf } from './reply-address.ts';

export const feishu = defineChannel({
  kind: 'feishu',
  edits: true,
  // https://open.feishu.cn/document/server-docs/im-v1/message/create: `uuid`, within an hour.
  deduplicatesForMs: 3_600_000,
  problems: problemsOf,
  receive,
  addressOf,
  // An app may send 1,000 messages a minute and 50 a second; a chat takes 5 a second.
  limits: () => ({
    account: { capacity: 50, perMinute: 1_000 },
    conversation: { capacity: 5, perMinute: 300 },
  }),
  compose,
  post,
});
