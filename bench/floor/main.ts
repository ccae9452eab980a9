import { fileURLToPath } from 'node:url';
import { serve } from '@hono/node-server';
import { Client, Connection } from '@temporalio/client';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { Hono } from 'hono';
import { Webhook } from 'standardwebhooks';
import { webhookMessage } from '../../contracts/api.ts';
import { createFloorActivities } from './activities.ts';

/** API and worker of the floor in one process, told by its environment where everything is. */
const { BENCH_TEMPORAL = '', BENCH_MODEL = '', BENCH_SINK = '', BENCH_SECRET = '' } = process.env;
const taskQueue = 'floor';

Runtime.install({ shutdownSignals: ['SIGTERM'], logger: new DefaultLogger('WARN') });
const worker = await Worker.create({
  connection: await NativeConnection.connect({ address: BENCH_TEMPORAL }),
  taskQueue,
  workflowsPath: fileURLToPath(new URL('./workflows.js', import.meta.url)),
  activities: createFloorActivities({
    modelEndpoint: BENCH_MODEL,
    replyUrl: BENCH_SINK,
    secret: BENCH_SECRET,
  }),
  // Model calls spend their time waiting: the default of 100 would be the limit, not the machine.
  maxConcurrentActivityTaskExecutions: 1_000,
});

const client = new Client({ connection: await Connection.connect({ address: BENCH_TEMPORAL }) });
const webhook = new Webhook(BENCH_SECRET);
const app = new Hono();
app.post('/webhooks/hook', async (context) => {
  const body = await context.req.text();
  webhook.verify(body, context.req.header());
  const { conversation, text } = webhookMessage.parse(JSON.parse(body));
  const id = context.req.header('webhook-id') ?? '';
  const message = { id, conversation, text };
  await client.workflow.start('order', {
    taskQueue,
    workflowId: `order:${conversation}:${id}`,
    args: [message],
  });
  return context.json({ accepted: true, messageId: id }, 202);
});

serve({ fetch: app.fetch, hostname: '127.0.0.1', port: 0 }, ({ port }) => {
  process.send?.(`http://127.0.0.1:${port}/webhooks/hook`);
});
process.on('disconnect', () => worker.shutdown());
await worker.run();
process.exit();
