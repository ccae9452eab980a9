/**
 * The generic webhook: any program can talk to Errand by signed HTTP, Standard Webhooks both ways
 * (https://www.standardwebhooks.com). The id of a message is its `webhook-id`; that of an answer is the delivery's key.
 */
import type { Channel } from '../channel.ts';
import { addressOf, problemsOf } from './account.ts';
import { receive } from './receive.ts';
import { send } from './send.ts';

export const webhook: Channel = { kind: 'webhook', problems: problemsOf, receive, addressOf, send };
