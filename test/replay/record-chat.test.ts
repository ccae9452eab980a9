import { afterAll, beforeAll, expect, it } from 'vitest';
import { conversationWorkflowId, runWorkflowId } from '../../services/temporal/workflow-ids.ts';
import { flow, message, node } from '../errand/flow.ts';
import { startTestErrand, type TestErrand } from '../errand/start-test-errand.ts';
import { type ModelServer, startModelServer } from '../fakes/model-server.ts';
import { behave } from '../fakes/model-server-behaving.ts';
import { boughtFlow, lateFlow, notingFlow, tellingFlow } from './paths.ts';
import { completed, record, recordFirst } from './recording.ts';

let model: ModelServer;
let errand: TestErrand;
beforeAll(async () => {
  model = await startModelServer({
    behaviour(request) {
      const order = request.messages.at(-1)?.content ?? '';
      return order.startsWith('buy ')
        ? JSON.stringify({ intent: 'purchase', arguments: { item: order.slice(4) } })
        : behave(request);
    },
  });
  errand = await startTestErrand({ models: [model.endpoint], config: { idleAfter: '3s' } });
});
afterAll(async () => {
  await errand.end();
  await model.close();
});

async function say(text: string, conversation: string): Promise<{ text: string; runId: string }> {
  return (await errand.ask(text, { conversation })).reply;
}

async function recordConversation(name: string, conversation: string): Promise<void> {
  const id = conversationWorkflowId('hook', conversation);
  await completed(errand.temporal, id);
  await record(errand.temporal, name, id);
}

async function recordRun(name: string, runId: string): Promise<void> {
  await completed(errand.temporal, runWorkflowId(runId));
  await record(errand.temporal, name, runWorkflowId(runId));
}

async function bind(...bindings: unknown[]): Promise<void> {
  const response = await errand.api('/api/v1/flow-bindings', {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ bindings }),
  });
  expect(response.status).toBe(204);
}

it('notes and the flow of a conversation, recalled after it was idle', async () => {
  await errand.publish(boughtFlow);
  for (const text of ['/remember tea', '/remember', 'hello', '/memory', '/flow', '/flow bought', 'hello'])
    await say(text, 'notes');
  await recordConversation('conversation-notes', 'notes');
  const [, id = ''] = /\n(\w{8}) /.exec((await say('/memory', 'notes')).text) ?? [];
  for (const text of ['hello', '/flow -', '/flow nothing', `/forget ${id}`, '/forget x', 'hello'])
    await say(text, 'notes');
  await recordConversation('conversation-notes-recalled', 'notes');
});

it('decisions by chat, on what is there and what is not', async () => {
  await errand.publish(
    flow(
      'asking',
      [message, node('ask', 'approval', { text: 'Pay?' }), node('say', 'notify', { text: 'decided' })],
      ['message>ask', 'ask:approved>say', 'ask:denied>say'],
    ),
  );
  await say('/flow asking', 'deciding');
  for (const decide of ['/approve', '/deny']) {
    await errand.post('rent', { conversation: 'deciding', id: `m${decide}` });
    const { reply } = await errand.receiver.waitFor(
      (one) => one.reply.inReplyTo === `m${decide}` && one.reply.type === 'approval',
    );
    const [, id = ''] = /\/approve (\w{8})/.exec(reply.text) ?? [];
    await say(`${decide} ${id} fine`, 'deciding');
    await errand.finalReply(`m${decide}`);
  }
  await say('/approve aaaaaaaa', 'deciding');
  await recordConversation('conversation-deciding', 'deciding');
});

it('a run that is tried again', async () => {
  const fragile = (text: string) =>
    flow('fragile', [message, node('say', 'notify', { text })], ['message>say']);
  await errand.publish(fragile('{{ 1 / 0 }}'));
  await say('/flow fragile', 'retrying');
  await say('/retry', 'retrying');
  await say('hello', 'retrying');
  await errand.publish(fragile('fine'));
  await say('/retry', 'retrying');
  const { reply } = await errand.receiver.waitFor((one) => one.reply.text === 'fine');
  await recordRun('run-resumed', reply.runId);
  await recordConversation('conversation-retrying', 'retrying');
});

it('others are told, one of whom is not there', async () => {
  await errand.publish(tellingFlow);
  await say('/flow telling', 'telling');
  const { runId } = await say('hello', 'telling');
  await recordRun('run-telling', runId);
  await recordConversation('conversation-telling', 'telling');
});

it('flows that note something, in their conversation and out of it', async () => {
  await errand.publish(notingFlow('noting', '1ms'));
  await say('/flow noting', 'noting');
  const { runId } = await say('tea', 'noting');
  await recordRun('run-noting', runId);
  await recordConversation('conversation-noting', 'noting');
});

it('an intent that is bound, found out in the conversation and in a run', async () => {
  await errand.publish(lateFlow);
  await bind(
    { flow: 'bought', intent: { name: 'purchase', description: 'Wants to buy something.' } },
    { flow: 'late', account: 'hook', conversation: 'late' },
  );
  await expect.poll(async () => (await say('buy oil', 'late')).text, { interval: 500 }).toBe('bought oil');
  await say('buy salt', 'buying');
  await recordConversation('conversation-buying', 'buying');
  const { runId } = await say('buy wine', 'late');
  await recordRun('run-chosen', runId);
  await recordFirst(errand.temporal, 'run-leaving', runWorkflowId(runId));
});
