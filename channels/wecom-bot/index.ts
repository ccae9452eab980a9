/**
 * WeCom's AI bot (智能机器人), in direct chats and in groups: by a long connection, where progress and answer are one
 * message that changes, and the bot can speak unasked; or by callback, where each message can be answered once.
 */
import { defineChannel } from '../define-channel.ts';
import { addressOf, connects, limits, problemsOf } from './account.ts';
import { check } from './check.ts';
import { compose } from './compose.ts';
import { connect } from './connect.ts';
import { fetchAttachment } from './fetch-attachment.ts';
import { post } from './post.ts';
import { receive } from './receive.ts';

export const wecomBot = defineChannel({
  kind: 'wecom-bot',
  edits: connects,
  connectionsOverlap: false,
  problems: problemsOf,
  receive,
  connects,
  connect,
  addressOf,
  limits,
  compose,
  post,
  fetchAttachment,
  check,
});
