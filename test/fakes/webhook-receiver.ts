import { EventEmitter, once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { Webhook } from 'standardwebhooks';
import { z } from 'zod';
import { type WebhookReply, webhookReply } from '../../contracts/index.ts';

/** How a try goes wrong. `after-delivery`: it was taken, but the sender hears otherwise. */
export type ReceiverFault =
  | { type: 'status'; status: number; headers?: Record<string, string> }
  | { type: 'hang' }
  | { type: 'reset' }
  | { type: 'after-delivery'; status: number };

/** A genuine request, taken or not. */
export interface ReceivedWebhook {
  /** `webhook-id`. */
  id: string;
  /** Of this id, counted from 1. */
  attempt: number;
  /** `webhook-timestamp`, seconds. */
  timestamp: number;
  at: number;
  reply: WebhookReply;
}

export interface WebhookReceiverOptions {
  secret: string;
  /** Asked for each genuine request; undefined lets it through. */
  fail?: (request: ReceivedWebhook) => ReceiverFault | undefined;
}

export interface WebhookReceiver {
  url: string;
  /** All genuine requests, in order, failed ones included. */
  requests: ReceivedWebhook[];
  /** What was taken, by `webhook-id`: more than one entry is a repeat. */
  ledger: Map<string, ReceivedWebhook[]>;
  /** Why requests were not genuine. A test that expects none checks that this is empty. */
  refusals: string[];
  /** The first taken request that fits, as soon as it is there. */
  waitFor(predicate: (request: ReceivedWebhook) => boolean, timeoutMs?: number): Promise<ReceivedWebhook>;
  setFail(fail: WebhookReceiverOptions['fail']): void;
  close(): Promise<void>;
}

const strictReply = webhookReply.strict();
const requiredHeaders = z.object({
  'content-type': z.literal('application/json'),
  'webhook-id': z.string().min(1).max(64),
  'webhook-timestamp': z.string().regex(/^\d+$/),
  'webhook-signature': z.string().regex(/^v1,[A-Za-z0-9+/]{43}=$/),
});
const maximumBytes = 1_000_000;

/**
 * A receiver on loopback, as strict as a careful one: signature and freshness by the reference implementation,
 * headers and body by schema. Refuses with 400 or 401 what is not right, and keeps the reason.
 */
export async function startWebhookReceiver(options: WebhookReceiverOptions): Promise<WebhookReceiver> {
  const requests: ReceivedWebhook[] = [];
  const ledger = new Map<string, ReceivedWebhook[]>();
  const refusals: string[] = [];
  const arrivals = new EventEmitter<{ taken: [ReceivedWebhook] }>();
  arrivals.setMaxListeners(0);
  const webhook = new Webhook(options.secret);
  let { fail } = options;

  function take(received: ReceivedWebhook): void {
    ledger.set(received.id, [...(ledger.get(received.id) ?? []), received]);
    arrivals.emit('taken', received);
  }

  function handle(request: IncomingMessage, response: ServerResponse, body: Buffer): void {
    let received: ReceivedWebhook;
    try {
      received = verify(webhook, request, body);
    } catch (error) {
      refusals.push(error instanceof Error ? error.message : String(error));
      response.writeHead(error instanceof z.ZodError ? 400 : 401).end();
      return;
    }
    received.attempt = 1 + requests.filter(({ id }) => id === received.id).length;
    requests.push(received);
    const fault = fail?.(received);
    if (fault === undefined || fault.type === 'after-delivery') take(received);
    if (fault?.type === 'hang') return;
    if (fault?.type === 'reset') request.socket.resetAndDestroy();
    else if (fault?.type === 'status') response.writeHead(fault.status, fault.headers).end();
    else response.writeHead(fault?.status ?? 204).end();
  }

  const server = createServer((request, response) => {
    void readBody(request).then(
      (body) => handle(request, response, body),
      (error: unknown) => {
        refusals.push(String(error));
        request.destroy();
      },
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the receiver has no port');

  return {
    url: `http://127.0.0.1:${address.port}/replies`,
    requests,
    ledger,
    refusals,
    waitFor: (predicate, timeoutMs = 10_000) => waitFor(ledger, arrivals, predicate, timeoutMs),
    setFail(next) {
      fail = next;
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function verify(webhook: Webhook, request: IncomingMessage, body: Buffer): ReceivedWebhook {
  if (request.method !== 'POST') throw new Error(`${request.method} instead of POST`);
  const headers = requiredHeaders.parse(request.headers);
  const reply = strictReply.parse(webhook.verify(body, headers));
  const id = headers['webhook-id'];
  return { id, attempt: 1, timestamp: Number(headers['webhook-timestamp']), at: Date.now(), reply };
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > maximumBytes) throw new Error(`more than ${maximumBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

async function waitFor(
  ledger: Map<string, ReceivedWebhook[]>,
  arrivals: EventEmitter<{ taken: [ReceivedWebhook] }>,
  predicate: (request: ReceivedWebhook) => boolean,
  timeoutMs: number,
): Promise<ReceivedWebhook> {
  const found = [...ledger.values()].flat().find(predicate);
  if (found) return found;
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      arrivals.off('taken', onTaken);
      reject(new Error(`no such webhook arrived within ${timeoutMs} ms; ${ledger.size} others did`));
    }, timeoutMs);
    function onTaken(request: ReceivedWebhook): void {
      if (!predicate(request)) return;
      clearTimeout(timer);
      arrivals.off('taken', onTaken);
      resolve(request);
    }
    arrivals.on('taken', onTaken);
  });
}
