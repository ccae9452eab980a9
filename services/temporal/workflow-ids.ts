import { createHash } from 'node:crypto';

/** Longest form of a thread in ids and search attributes, in bytes: with prefix and account it stays under 255. */
const maximumBytes = 200;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const unprintable = /[\u0000-\u001f\u007f]/;

/** The workflow id of a run that has a workflow of its own. */
export function runWorkflowId(runId: string): string {
  return `run:${runId}`;
}

/** The workflow id of an account's long connection. */
export function connectionWorkflowId(account: string): string {
  return `channel-connection:${account}`;
}

/** The workflow id of a conversation: `conversation:<account>:<thread>`, the thread percent-encoded, hashed above 200 bytes. */
export function conversationWorkflowId(account: string, conversation: string): string {
  // By way of bytes: half a surrogate pair, which has no encoding, becomes U+FFFD.
  const encoded = encodeURIComponent(Buffer.from(conversation).toString());
  return `conversation:${account}:${encoded.length <= maximumBytes ? encoded : hashOf(conversation)}`;
}

/** A conversation as its search attribute: as its platform names it, hashed when long (databases cut at 255) or unprintable. */
export function conversationAttribute(conversation: string): string {
  return Buffer.byteLength(conversation) <= maximumBytes && !unprintable.test(conversation)
    ? conversation
    : hashOf(conversation);
}

/** No percent-encoded text contains a colon, so no other thread has this id. */
function hashOf(conversation: string): string {
  return `sha256:${createHash('sha256').update(conversation).digest('hex')}`;
}
