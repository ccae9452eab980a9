import type { JsonObject } from '../../contracts/index.ts';
import type { PostDependencies, SendReceipt } from '../channel.ts';
import { DeliveryError } from '../delivery-error.ts';
import { callVendor } from '../vendor-call.ts';
import { apiAnswer } from '../wecom/api.ts';
import { refusalOf } from '../wecom/refusals.ts';
import type { BotAccount } from './account.ts';
import { targetOf } from './chat.ts';
import type { StreamState, Words } from './compose.ts';
import { connectionOf } from './connections.ts';
import type { ReplyAddress } from './reply-address.ts';
import { responseUrls } from './response-urls.ts';
import type { BotSocket } from './socket.ts';

/** Another process may get the next try, or this one the connection. */
const elsewhereMs = 1_000;
/** The callback is not known any more, or its stream is older than ten minutes. */
const streamIsOver = new Set([846605, 846608]);

/** Says one thing: by the connection where this process owns it, else by `response_url`. */
export async function post(
  { address, say }: Words,
  account: BotAccount,
  dependencies: PostDependencies,
): Promise<SendReceipt> {
  const socket = account.mode === 'connection' ? connectionOf(account.id) : undefined;
  if (socket) {
    if (say.type === 'message') return send(socket, account, address, say.message);
    return stream(socket, account, address, say.stream);
  }
  if (say.type === 'message') return answer(account, address, say.message, dependencies);
  if (!say.stream.finish) throw notHere(account);
  return answer(account, address, markdown(say.stream.content), dependencies);
}

async function stream(
  socket: BotSocket,
  account: BotAccount,
  address: ReplyAddress,
  state: StreamState,
): Promise<SendReceipt> {
  const body = { msgtype: 'stream', stream: { ...state } };
  const { errcode, errmsg } = await socket.call('aibot_respond_msg', body, address.reqId);
  if (errcode === 0) return { providerId: state.id };
  if (!streamIsOver.has(errcode)) throw refusalOf(`a reply of ${account.id}`, { errcode, errmsg });
  // Nobody misses progress of ten minutes ago; an answer becomes a message of its own.
  return state.finish ? send(socket, account, address, markdown(state.content)) : {};
}

async function send(
  socket: BotSocket,
  account: BotAccount,
  { chat }: ReplyAddress,
  message: JsonObject,
): Promise<SendReceipt> {
  const { errcode, errmsg } = await socket.call('aibot_send_msg', { ...targetOf(chat), ...message });
  if (errcode !== 0) throw refusalOf(`a message of ${account.id}`, { errcode, errmsg });
  return {};
}

/** Uses up an address that came with a message of the chat: the own message's first. */
async function answer(
  account: BotAccount,
  address: ReplyAddress,
  message: JsonObject,
  dependencies: PostDependencies,
): Promise<SendReceipt> {
  const { now, key } = dependencies;
  for (const url of responseUrls.usable(account.id, address, now)) {
    const refusal = await tryUrl(account, url, message, dependencies);
    if (refusal?.retryable) throw refusal;
    responseUrls.spend(url);
    // Refused after a try that nobody knows the end of: that one used it up, with the same words.
    if (!refusal || responseUrls.isDoubted(url, key)) return {};
  }
  if (account.mode === 'connection') throw notHere(account);
  throw new DeliveryError(
    `${account.id} has said what it may: one message for each that came, within an hour`,
    {
      retryable: false,
    },
  );
}

/** Resolves with what the platform has against it. */
async function tryUrl(
  account: BotAccount,
  url: string,
  message: JsonObject,
  dependencies: PostDependencies,
): Promise<DeliveryError | undefined> {
  const name = `the response_url of ${account.id}`;
  try {
    const { body, status } = await callVendor({ name, url, body: message }, dependencies);
    const result = apiAnswer.safeParse(body).data;
    if (result) return result.errcode === 0 ? undefined : refusalOf(name, result);
    throw new DeliveryError(`${name} answered ${status} without an errcode`, {
      retryable: true,
      ambiguous: true,
    });
  } catch (error) {
    if (error instanceof DeliveryError && error.ambiguous) responseUrls.doubt(url, dependencies.key);
    throw error;
  }
}

function notHere({ id }: BotAccount): DeliveryError {
  return new DeliveryError(`the connection of ${id} is not in this process`, {
    retryable: true,
    retryAfterMs: elsewhereMs,
  });
}

function markdown(content: string): JsonObject {
  return { msgtype: 'markdown', markdown: { content } };
}
