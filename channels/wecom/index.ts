/**
 * WeCom (企业微信) as an app of one's own (自建应用): members write to the app, encrypted XML comes to its callback
 * address, and what is said goes out by the API. For groups there is the AI bot of `wecom-bot`.
 */
import { defineChannel } from '../define-channel.ts';
import { addressOf, limits, problemsOf } from './account.ts';
import { check } from './check.ts';
import { compose } from './compose.ts';
import { fetchAttachment } from './fetch-attachment.ts';
import { post } from './post.ts';
import { receive } from './receive.ts';

export const wecom = defineChannel({
  kind: 'wecom',
  problems: problemsOf,
  receive,
  addressOf,
  limits,
  compose,
  post,
  fetchAttachment,
  check,
});
