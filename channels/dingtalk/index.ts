/**
 * DingTalk (钉钉): the robot of an app of the organisation. It hears people by stream mode (a WebSocket) or by HTTP
 * callbacks, answers by the session of their message while it lives and by the OpenAPI after, and shows runs as cards
 * where a card template is configured. The robot of a single group, which can only speak, is `dingtalk-robot`.
 */
import { defineChannel } from '../define-channel.ts';
import { hasCards, limitsOf, problemsOf } from './account.ts';
import { check } from './check.ts';
import { compose } from './compose.ts';
import { fetchAttachment } from './fetch-attachment.ts';
import { post } from './post.ts';
import { receive } from './receive.ts';
import { addressOf } from './reply-address.ts';
import { connect } from './stream/connect.ts';

export const dingtalk = defineChannel({
  kind: 'dingtalk',
  edits: hasCards,
  problems: problemsOf,
  receive,
  connects: ({ mode }) => mode === 'stream',
  connect: (account, dependencies) => connect(account, dependencies),
  addressOf,
  limits: limitsOf,
  compose,
  post,
  fetchAttachment,
  check,
});
