/**
 * The web: the chat of the console, and the one that other sites embed. Nothing is verified here, because the API
 * knows who speaks before it asks; what is said goes to the conversation's thread, which open pages follow.
 */
import { defineChannel } from '../define-channel.ts';
import { compose, post } from './say.ts';

export const web = defineChannel({
  kind: 'web',
  edits: true,
  // The same entry under the same id takes its place.
  deduplicatesForMs: Number.POSITIVE_INFINITY,
  problems: () => [],
  addressOf: () => ({}),
  compose,
  post,
});
