import { Agent, request } from 'node:http';
import { Webhook } from 'standardwebhooks';
import type { Order } from './orders.ts';

/** The webhook answered with something else than 2xx. */
export class NotAccepted extends Error {
  readonly status: number;

  constructor(status: number, body: string) {
    super(`the webhook answered ${status}: ${body.slice(0, 200)}`);
    this.status = status;
  }
}

/** Signs orders and posts them over connections that stay open. The function resolves when an order was accepted. */
export function createSender(url: string, secret: string) {
  const webhook = new Webhook(secret);
  const agent = new Agent({ keepAlive: true, maxSockets: 256 });

  function send(order: Order): Promise<void> {
    const { conversation, text } = order;
    const body = JSON.stringify({ conversation, sender: { id: `person-${conversation}` }, text });
    const now = new Date();
    const headers = {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      'webhook-id': order.id,
      'webhook-timestamp': Math.floor(now.getTime() / 1_000),
      'webhook-signature': webhook.sign(order.id, now, body),
    };
    return new Promise((resolve, reject) => {
      const posted = request(url, { method: 'POST', agent, headers, timeout: 30_000 }, (response) => {
        let answer = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => {
          answer += chunk;
        });
        response.on('end', () => {
          const status = response.statusCode ?? 0;
          if (status >= 200 && status < 300) resolve();
          else reject(new NotAccepted(status, answer));
        });
        response.on('error', reject);
      });
      posted.on('timeout', () => posted.destroy(new Error('the webhook did not answer within 30 s')));
      posted.on('error', reject);
      posted.end(body);
    });
  }

  return { send, close: () => agent.destroy() };
}

export type Sender = ReturnType<typeof createSender>;
