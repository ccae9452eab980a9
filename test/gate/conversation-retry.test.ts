import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { flow, message, node } from '../errand/flow.ts';
import { startTestErrand, type TestErrand } from '../errand/start-test-errand.ts';
import { type LoopbackServer, startLoopbackServer } from '../fakes/loopback-server.ts';
import { type ModelServer, startModelServer } from '../fakes/model-server.ts';

let model: ModelServer;
let errand: TestErrand;
let service: LoopbackServer;
let broken = true;
let calls = 0;
beforeAll(async () => {
  model = await startModelServer();
  service = await startLoopbackServer((_, response) => {
    calls += 1;
    response.writeHead(broken ? 400 : 200).end(broken ? 'broken' : 'fine');
  });
  errand = await startTestErrand({
    models: [model.endpoint],
    flow: 'fetching',
    config: { idleAfter: '1s', egress: { allow: ['127.0.0.1'] } },
  });
  await errand.publish(
    flow(
      'fetching',
      [
        message,
        node('first', 'model', { prompt: 'think of {{ trigger.text }}' }),
        node('fetch', 'http', { url: service.origin }),
        node('say', 'notify', { text: '{{ nodes.first.output.text }}, {{ nodes.fetch.output.body }}' }),
      ],
      ['message>first', 'first>fetch', 'fetch>say'],
    ),
  );
});
afterAll(async () => {
  await errand.end();
  await service.close();
  await model.close();
});

async function say(text: string, conversation: string): Promise<string> {
  return (await errand.ask(text, { conversation })).reply.text;
}

/** A run that fails at its second node. */
async function fail(conversation: string, id: string): Promise<string> {
  const { reply } = await errand.ask('tea', { conversation, id });
  expect(reply.outcome).toBe('failed');
  return reply.runId;
}

describe('/retry', () => {
  beforeEach(() => {
    broken = true;
    calls = 0;
  });

  it('goes on from what failed, answers the order once more, and is remembered', async () => {
    const old = await fail('c-retry', 'm-retry');
    broken = false;
    const asked = model.count();
    const said = await say('/retry', 'c-retry');
    const [, resumed = ''] =
      /^Trying again as run (\w{26}): what is done is kept\. The answer comes here\.$/.exec(said) ?? [];
    const { reply } = await errand.receiver.waitFor((one) => one.reply.runId === resumed && one.reply.final);
    expect(reply).toMatchObject({
      inReplyTo: 'm-retry',
      outcome: 'answered',
      text: 'done: think of tea, fine',
    });
    expect(model.count()).toBe(asked);
    expect(calls).toBe(2);
    await expect
      .poll(() => errand.runById(resumed))
      .toMatchObject({
        status: 'answered',
        resumedFrom: old,
        messageId: null,
      });
    await expect.poll(() => say('/runs', 'c-retry')).toContain(`✓ answered  ${resumed}  tea`);
    expect(await say('/memory', 'c-retry')).toMatch(/^I have the last 3 messages/);
    expect(await say(`/retry ${old}`, 'c-retry')).toBe('That was tried again already: see /runs.');
  });

  it('may fail again, and be asked for again', async () => {
    const old = await fail('c-twice', 'm-twice');
    expect(await say(`/重试 ${old}`, 'c-twice')).toMatch(/^正在重试，已完成的步骤不再重做/);
    await errand.receiver.waitFor(
      ({ reply }) => reply.inReplyTo === 'm-twice' && reply.final && reply.runId !== old,
    );
    broken = false;
    await expect
      .poll(() => say(`/retry ${old}`, 'c-twice'), { interval: 500 })
      .toMatch(/^Trying again as run/);
    const { reply } = await errand.receiver.waitFor(
      (one) => one.reply.inReplyTo === 'm-twice' && one.reply.outcome === 'answered',
    );
    expect(reply.text).toContain('fine');
  });

  it('is seen and stopped like any other run', async () => {
    const flowOf = (text: string) =>
      flow(
        'waits',
        [
          message,
          node('first', 'transform', { output: text }),
          node('pause', 'wait', { for: '1h' }),
          node('say', 'notify', { text: 'waited' }),
        ],
        ['message>first', 'first>pause', 'pause>say'],
      );
    await errand.publish(flowOf('{{ 1 / 0 }}'));
    await say('/flow waits', 'c-stop');
    await errand.ask('sleep', { conversation: 'c-stop', id: 'm-sleep' });
    await errand.publish(flowOf('fine'));
    const [, resumed = ''] = /as run (\w{26})/.exec(await say('/retry', 'c-stop')) ?? [];
    expect(await say('/status', 'c-stop')).toBe(`In the background, ${resumed}: “sleep”`);
    expect(await say(`/stop ${resumed}`, 'c-stop')).toBe('Stopped 1 run.');
    const { reply } = await errand.receiver.waitFor((one) => one.reply.runId === resumed && one.reply.final);
    expect(reply).toMatchObject({ inReplyTo: 'm-sleep', outcome: 'cancelled' });
    await expect.poll(() => say('/status', 'c-stop')).toBe('Idle: nothing is going on.');
  });

  it.each([
    ['/retry', 'Nothing failed or was stopped here lately.'],
    ['/重试', '最近没有失败或被停止的任务。'],
    ['/retry nothing', 'There is no run nothing here to try again: it goes on, ended well, or is mistyped.'],
    ['/重试 nothing', '本会话没有可重试的任务 nothing：可能仍在进行、已成功，或编号有误。'],
  ])('says so when there is nothing to do: %s', async (text, answer) => {
    expect(await say(text, 'c-none')).toBe(answer);
  });

  it('knows nothing of the runs of another conversation', async () => {
    const old = await fail('c-mine', 'm-mine');
    expect(await say(`/retry ${old}`, 'c-foreign')).toMatch(/^There is no run \w{26} here to try again/);
  });
});

it('a run that is gone on from by the API is remembered where it was asked for', async () => {
  broken = true;
  const { reply } = await errand.ask('soup', { conversation: 'c-api', id: 'm-api' });
  await errand.ended(reply.runId);
  broken = false;
  const response = await errand.api(`/api/v1/runs/${reply.runId}/resume`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{}',
  });
  expect(response.status).toBe(202);
  await errand.receiver.waitFor((one) => one.reply.inReplyTo === 'm-api' && one.reply.outcome === 'answered');
  await expect.poll(() => say('/memory', 'c-api')).toMatch(/^I have the last 3 messages/);
  expect(await say('/runs', 'c-api')).toMatch(/✓ answered {2}\w{26} {2}soup$/);
});
