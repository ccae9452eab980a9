import { Webhook } from 'standardwebhooks';
import { webhookReply } from '../contracts/api.ts';
import { bodyServer, listenOnLoopback } from './listen.ts';
import { orderIdIn } from './orders.ts';

/** A final reply as the sink saw it; `at` in epoch milliseconds. */
export interface SeenReply {
  inReplyTo: string;
  at: number;
  outcome: string;
  /** Its text is about the order that it answers. */
  matches: boolean;
}

/** Replies are told to the load in groups, this often. */
const groupMs = 5;

/**
 * Where replies go: a process of its own that checks each signature, notes the time and tells the load.
 * A reply that is not signed right is answered with 401 and never told.
 */
const webhook = new Webhook(process.env.BENCH_SECRET ?? '');
let group: SeenReply[] = [];

const server = bodyServer(async (body, request, response) => {
  const at = Date.now();
  try {
    webhook.verify(body, request.headers as Record<string, string>);
  } catch {
    response.writeHead(401).end();
    return;
  }
  const reply = webhookReply.parse(JSON.parse(body));
  if (reply.final && reply.inReplyTo !== undefined) {
    const matches = orderIdIn(reply.text) === reply.inReplyTo;
    group.push({ inReplyTo: reply.inReplyTo, at, outcome: reply.outcome ?? 'none', matches });
    if (group.length === 1) setTimeout(tell, groupMs);
  }
  response.writeHead(204).end();
});

function tell(): void {
  process.send?.(group);
  group = [];
}

const port = await listenOnLoopback(server);
process.send?.(`http://127.0.0.1:${port}/replies`);
process.on('disconnect', () => process.exit());
