/**
 * Telegram: a bot, by webhook or by long polling (one excludes the other). Both bring the same updates; answers go by
 * the Bot API. The bot's token is part of every address, so addresses are never named.
 */
import { defineChannel } from '../define-channel.ts';
import { addressOf, connects, problemsOf } from './account.ts';
import { check } from './check.ts';
import { compose } from './compose.ts';
import { connect } from './connect.ts';
import { fetchAttachment } from './fetch-attachment.ts';
import { post, typing } from './post.ts';
import { receive } from './receive.ts';

export const telegram = defineChannel({
  kind: 'telegram',
  edits: true,
  problems: problemsOf,
  receive,
  connects,
  // A second one that polls ends the first.
  connectionsOverlap: false,
  connect,
  addressOf,
  // https://core.telegram.org/bots/faq#broadcasting-to-users: 30 a second in all, one a second in a chat, 20 a minute in a group.
  limits: () => ({
    account: { capacity: 25, perMinute: 1_500 },
    conversation: { capacity: 3, perMinute: 20 },
  }),
  compose,
  post,
  typing,
  fetchAttachment,
  check,
});
