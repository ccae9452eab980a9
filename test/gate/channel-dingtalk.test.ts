import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { topics } from '../../channels/dingtalk/stream/frame.ts';
import { flow, message, node } from '../errand/flow.ts';
import { startTestErrand, type TestErrand } from '../errand/start-test-errand.ts';
import { pressBody } from '../fakes/dingtalk/sayings.ts';
import { type FakeDingtalk, startFakeDingtalk } from '../fakes/dingtalk/start-fake-dingtalk.ts';
import { type ModelServer, startModelServer } from '../fakes/model-server.ts';

let model: ModelServer;
let fake: FakeDingtalk;
let errand: TestErrand;
const group = 'cid5o+bbZdK/80y1V5ESE5Trw==';

beforeAll(async () => {
  model = await startModelServer();
  fake = await startFakeDingtalk();
  errand = await startTestErrand({
    models: [model.endpoint],
    channels: [{ id: 'ding', kind: 'dingtalk', mode: 'stream', flow: 'paying', ...fake.account }],
  });
  await errand.publish(
    flow(
      'paying',
      [
        message,
        node('intent', 'intent', { answers: ['chat'], intents: [{ name: 'chat', description: 'talk' }] }),
        node('ask', 'approval', { text: '付款？' }),
        node('paid', 'notify', { text: '{{ nodes.intent.output.text }}' }),
        node('kept', 'notify', { text: '没有付款' }),
      ],
      ['message>intent', 'intent>ask', 'ask:approved>paid', 'ask:denied>kept'],
    ),
  );
});
afterAll(async () => {
  await errand.end();
  await fake.close();
  await model.close();
});

describe('DingTalk in stream mode', () => {
  it('hears a person in a group, asks by buttons, hears the press, and answers on a card', async () => {
    await expect.poll(() => fake.gateway.connections).toBe(1);
    const order = fake.saying('帮我付款', { group, msgId: 'msg-order' });
    const answered = await fake.gateway.push(topics.robot, order);
    expect(answered).toMatchObject({ code: 200, data: '{"response":null}' });

    const asked = await fake.ledger.waitFor(({ card }) => card?.variables.approval !== undefined);
    expect(asked).toMatchObject({ chat: `group ${group}`, kind: 'card', mentions: ['staff-1'] });
    expect(asked.card?.variables).toMatchObject({ approve: '批准', deny: '拒绝' });
    const card = asked.card?.outTrackId ?? '';
    await fake.gateway.push(topics.card, pressBody(card, 'approve'));

    const done = await fake.ledger.waitFor(({ text }) => text.includes('echo: 帮我付款'));
    expect(done).toMatchObject({ chat: `group ${group}`, card: { state: 'done' } });
    expect(await errand.ledger()).toMatchObject({ failed: 0 });
    expect(fake.refusals).toEqual([]);
    expect(fake.gateway.flaws).toEqual([]);
  });
});
