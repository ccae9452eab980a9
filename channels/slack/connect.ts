import { SocketModeClient } from '@slack/socket-mode';
import { z } from 'zod';
import type { ConnectDependencies, Connection } from '../channel.ts';
import { DeliveryError } from '../delivery-error.ts';
import { secretText } from '../secret-text.ts';
import type { SlackAccount } from './account.ts';
import { readPayload } from './parse.ts';
import { clientOptions, deliveryErrorOf, silent } from './web-api.ts';

/** Slack pings more often; without one for this long the socket is dead. */
const serverPingTimeout = 30_000;
/** How often a socket that the client has not given up is said to live. */
const aliveEveryMs = 20_000;

const envelope = z.object({
  body: z.unknown(),
  ack: z.custom<() => Promise<void>>((value) => typeof value === 'function'),
});

/**
 * Opens a Socket Mode connection; resolves with Slack's `hello`. An envelope is acknowledged once its message is
 * durable: Slack sends it again otherwise. Reconnecting is the owner's affair.
 */
export async function connect(account: SlackAccount, dependencies: ConnectDependencies): Promise<Connection> {
  const { alive, ignored, logger, take } = dependencies;
  const client = new SocketModeClient({
    appToken: secretText(account.appToken) ?? '',
    autoReconnectEnabled: false,
    serverPingTimeout,
    clientOptions: clientOptions(account, dependencies),
    logger: silent,
  });
  const underWay = new Set<Promise<void>>();
  let closing = false;

  async function receive(event: unknown): Promise<void> {
    alive();
    const { body, ack } = envelope.parse(event);
    const incoming = readPayload(body);
    if (incoming.type === 'message') await take(incoming.message);
    else ignored(incoming.type === 'ignored' ? incoming.reason : incoming.detail);
    await ack();
  }

  client.on('slack_event', (event: unknown) => {
    if (closing) return;
    const receiving = receive(event)
      .catch((error: unknown) =>
        logger.warn({ account: account.id, err: error }, 'an envelope was not acknowledged'),
      )
      .finally(() => underWay.delete(receiving));
    underWay.add(receiving);
  });
  const ended = new Promise<string>((resolve) => {
    client.on('disconnected', () => resolve('Slack ended the connection'));
  });
  try {
    await client.start();
  } catch (error) {
    throw error instanceof Error ? deliveryErrorOf('opening Socket Mode', error) : unopened();
  }
  alive();
  // Pings are the client's own affair: it ends the connection when they stop.
  const living = setInterval(alive, aliveEveryMs);
  void ended.then(() => clearInterval(living));
  return {
    ended,
    async close() {
      closing = true;
      clearInterval(living);
      await Promise.allSettled([...underWay]);
      await client.disconnect();
    },
  };
}

function unopened(): DeliveryError {
  return new DeliveryError('opening Socket Mode: the socket was closed before it was ready', {
    retryable: true,
  });
}
