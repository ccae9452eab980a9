/**
 * Feishu, and Lark as it is called abroad: an app's bot. Events come by callback or over the platform's long connection
 * and are the same JSON either way; answers go by the REST API, as replies to what they answer.
 */
import { defineChannel } from '../define-channel.ts';
import { problemsOf } from './account.ts';
import { check } from './check.ts';
import { compose } from './compose.ts';
import { connect } from './connect.ts';
import { fetchAttachment } from './fetch-attachment.ts';
import { post } from './post.ts';
import { receive } from './receive.ts';
import { addressOf } from './reply-address.ts';
import { typing } from './typing.ts';

export const feishu = defineChannel({
  kind: 'feishu',
  edits: true,
  // https://open.feishu.cn/document/server-docs/im-v1/message/create: `uuid`, within an hour.
  deduplicatesForMs: 3_600_000,
  problems: problemsOf,
  receive,
  connects: ({ mode }) => mode === 'connection',
  connect,
  addressOf,
  // An app may send 1,000 messages a minute and 50 a second, and 5 a second to a chat: bursts and what follows stay below.
  limits: () => ({
    account: { capacity: 30, perMinute: 960 },
    conversation: { capacity: 2, perMinute: 180 },
  }),
  compose,
  post,
  typing,
  fetchAttachment,
  check,
});
