/**
 * Telegram: a bot of BotFather's. Updates come by callback or are asked for by long polling, the same JSON either way;
 * answers go by the Bot API as its HTML, as plain text where Telegram does not take that
 * (https://core.telegram.org/bots/api).
 */
import { defineChannel } from '../define-channel.ts';
import { addressOf, connects, problemsOf } from './account.ts';
import { check } from './check.ts';
import { compose } from './compose.ts';
import { connect } from './connect.ts';
import { fetchAttachment } from './fetch-attachment.ts';
import { post } from './post.ts';
import { receive } from './receive.ts';
import { typing } from './typing.ts';

export const telegram = defineChannel({
  kind: 'telegram',
  edits: true,
  problems: problemsOf,
  receive,
  connects,
  connect,
  // Of two that ask for updates at once Telegram turns one away.
  connectionsOverlap: false,
  addressOf,
  // https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this: 30 messages a second in all, one a
  // second in a chat, 20 a minute in a group, whose id is below zero.
  limits: (_, conversation) => ({
    account: { capacity: 25, perMinute: 1_500 },
    conversation: { capacity: 3, perMinute: conversation.startsWith('-') ? 20 : 60 },
  }),
  compose,
  post,
  typing,
  fetchAttachment,
  check,
});
