/**
 * The robot of one DingTalk group (自定义机器人), by its signed Webhook address: it can only speak. DingTalk makes no new
 * ones any more in many organisations; those that exist go on. People talk with the robot of an app: `dingtalk`.
 */
import { defineChannel } from '../define-channel.ts';
import { problemsOf } from './account.ts';
import { check } from './check.ts';
import { compose } from './compose.ts';
import { post } from './post.ts';

export const dingtalkRobot = defineChannel({
  kind: 'dingtalk-robot',
  problems: problemsOf,
  // All conversations of an account are its one group.
  addressOf: () => ({}),
  // Above 20 a minute the platform shuts the way for 10 minutes: capacity and refill together stay below.
  limits: () => ({ account: { capacity: 5, perMinute: 15 } }),
  compose,
  post,
  check,
});
