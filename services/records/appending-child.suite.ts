/** Run as a process: appends to both logs without end and prints each run id once it is durable. Arguments: url, name. */

import { openObjectStore } from '../objects/index.ts';
import { createAcceptedLog } from './accepted-log.ts';
import { createRunLog } from './run-log.ts';

const [, , url = '', name = ''] = process.argv;
const objects = await openObjectStore({ url });
const accepted = createAcceptedLog(objects, { minimumIntervalMs: 5 });
const ended = createRunLog(objects, { minimumIntervalMs: 5 });
const usage = { calls: 1, promptTokens: 1, completionTokens: 1 };

async function appendOne(number: number): Promise<void> {
  const runId = `${name}${number}`.padEnd(26, 'x');
  const at = new Date().toISOString();
  const common = { channel: 'webhook', account: 'hook', conversation: 'c1', traceId: '0'.repeat(32) };
  const id = `message ${runId}`;
  await accepted.append({
    ...common,
    id,
    runId,
    sender: { id: 'u' },
    language: 'en',
    replyTo: {},
    acceptedAt: at,
  });
  process.stdout.write(`accepted ${runId}\n`);
  await ended.append({
    ...{
      ...common,
      id: runId,
      status: 'answered',
      flow: null,
      intent: null,
      messageId: id,
      user: 'u',
      text: 't',
    },
    ...{ answer: 'a', error: null, acceptedAt: at, startedAt: at, finishedAt: at, nodes: [], usage },
    ...{ workflow: { workflowId: 'w', runId: 'r' }, resumedFrom: null, parent: null },
  });
  process.stdout.write(`ended ${runId}\n`);
}

for (let number = 0; ; number += 8) {
  await Promise.all(Array.from({ length: 8 }, (_, index) => appendOne(number + index)));
}
