import { once } from 'node:events';
import { WebSocket } from 'ws';
import { z } from 'zod';
import type { Channel, ConnectDependencies, Connection } from '../../../channels/channel.ts';
import { defineChannel } from '../../../channels/define-channel.ts';
import { DeliveryError } from '../../../channels/delivery-error.ts';

const heard = z.union([z.object({ welcome: z.literal(true) }), z.object({ message: z.string() })]);

export interface LineOptions {
  url: string;
  /** How whoever connects calls itself. */
  name: string;
  overlap: boolean;
}

/** The smallest channel there can be over a long connection. It goes by the kind `webhook`, for want of one of its own. */
export function lineChannel({ url, name, overlap }: LineOptions): Channel {
  return defineChannel({
    kind: 'webhook',
    connectionsOverlap: overlap,
    problems: () => [],
    connects: () => true,
    connect: (_account, dependencies) => connect(url, name, dependencies),
    addressOf: () => ({}),
    compose: () => [],
    post: async () => ({}),
  });
}

async function connect(url: string, name: string, { take, alive }: ConnectDependencies): Promise<Connection> {
  const socket = new WebSocket(url);
  const ended = new Promise<string>((resolve) => {
    socket.on('close', (code, reason) => resolve(`closed with ${code} ${reason}`.trim()));
  });
  socket.on('error', () => {});
  const taking = new Set<Promise<void>>();
  let closing = false;
  const welcome = new Promise<true>((resolve) => {
    socket.on('message', (data) => {
      alive();
      const said = heard.parse(JSON.parse(String(data)));
      if ('welcome' in said) return resolve(true);
      if (closing) return;
      const id = said.message;
      const work = take({ ...someMessage, id })
        .then(() => socket.send(JSON.stringify({ ack: id })))
        .catch(() => {})
        .finally(() => taking.delete(work));
      taking.add(work);
    });
  });
  await Promise.race([once(socket, 'open'), ended]);
  if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify({ hello: name }));
  const first = await Promise.race([welcome, ended]);
  if (first !== true) throw new DeliveryError(`the line ${first}`, { retryable: true });
  return {
    ended,
    async close() {
      closing = true;
      await Promise.all(taking);
      socket.close();
      await ended;
    },
  };
}

const someMessage = {
  sender: { id: 'u1' },
  text: 'hello',
  language: 'en',
  chat: { id: 'c1', type: 'direct' },
  mentioned: true,
  replyTo: {},
} as const;
