/**
 * The generic webhook: any program can talk to Errand by signed HTTP, Standard Webhooks both ways
 * (https://www.standardwebhooks.com). The id of a message is its `webhook-id`; that of an answer is the delivery's key.
 */
import { defineChannel } from '../define-channel.ts';
import { addressOf, problemsOf } from './account.ts';
import { compose, post } from './post.ts';
import { receive } from './receive.ts';

export const webhook = defineChannel({
  kind: 'webhook',
  refusesExcess: true,
  problems: problemsOf,
  receive,
  addressOf,
  compose,
  post,
});
