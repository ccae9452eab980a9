import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Json } from '../../contracts/json.ts';
import { flow, message, node } from '../errand/flow.ts';
import { startTestErrand, type TestErrand } from '../errand/start-test-errand.ts';
import { type ModelServer, startModelServer } from '../fakes/model-server.ts';

let model: ModelServer;
let errand: TestErrand;
beforeAll(async () => {
  model = await startModelServer();
  errand = await startTestErrand({ models: [model.endpoint], flow: 'asking' });
});
afterAll(async () => {
  await errand.end();
  await model.close();
});

function publish(config: Json): Promise<void> {
  return errand.publish(
    flow(
      'asking',
      [
        message,
        node('ask', 'approval', { text: 'Pay {{ trigger.text }}?', ...(config as object) }),
        node('yes', 'notify', {
          text: 'paid, {{ nodes.ask.output.by }}: {{ nodes.ask.output.note }}',
        }),
        node('no', 'notify', { text: 'not paid, {{ nodes.ask.output.by }}' }),
      ],
      ['message>ask', 'ask:approved>yes', 'ask:denied>no'],
    ),
  );
}

let orders = 0;

/** Orders something and waits for the question; resolves with the approval's id and the order's. */
async function order(conversation: string, text = 'Ada'): Promise<{ id: string; order: string }> {
  const orderId = `order-${orders++}`;
  await errand.post(text, { conversation, id: orderId });
  const { reply } = await errand.receiver.waitFor(
    (one) => one.reply.inReplyTo === orderId && one.reply.type === 'approval',
    20_000,
  );
  return { id: /\/(?:approve|同意) (\w{8})/.exec(reply.text)?.[1] ?? '', order: orderId };
}

async function say(text: string, conversation: string, sender = 'u1'): Promise<string> {
  const id = `say-${orders++}`;
  await errand.post(text, { conversation, id, sender });
  return (await errand.finalReply(id)).reply.text;
}

const finalText = async (id: string) => (await errand.finalReply(id)).reply.text;

describe('an approval in the conversation that asked', () => {
  beforeAll(() => publish({}));

  it.each([
    ['/approve', 'looks good', 'Approved', 'paid, u1: looks good'],
    ['/同意', '没问题', '已同意', 'paid, u1: 没问题'],
    ['/批准', '', '已同意', 'paid, u1: '],
    ['/deny', 'too much', 'Denied', 'not paid, u1'],
    ['/拒绝', '', '已拒绝', 'not paid, u1'],
  ])('is decided by %s', async (command, note, said, result) => {
    const { id, order: orderId } = await order(`c${command}`);
    expect(await say(`${command} ${id.toUpperCase()} ${note}`, `c${command}`)).toContain(said);
    expect(await finalText(orderId)).toBe(result);
    expect(await say(`/approve ${id}`, `c${command}`)).toMatch(/^Nothing here waits for a decision under/);
  });

  it('is asked in the language of the order, with the commands of that language', async () => {
    const { id } = await order('c-zh', '房租');
    const { reply } = await errand.receiver.waitFor(
      (one) => one.reply.conversation === 'c-zh' && one.reply.type === 'approval',
    );
    expect(reply.text).toBe(`Pay 房租?\n\n回复“/同意 ${id}”或“/拒绝 ${id}”。`);
  });

  it('is nothing to people of another conversation', async () => {
    const { id, order: orderId } = await order('c-mine');
    expect(await say(`/approve ${id}`, 'c-foreign')).toBe(
      `Nothing here waits for a decision under ${id}: it may be decided, expired, or mistyped.`,
    );
    expect(await say(`/deny ${id}`, 'c-mine')).toBe(`Denied (${id}).`);
    expect(await finalText(orderId)).toBe('not paid, u1');
  });

  it.each([
    ['/approve', 'Which one? /approve <id> or /deny <id>'],
    ['/拒绝', '请写明编号：/同意 <编号> 或 /拒绝 <编号>'],
    ['/approve abcd2345', /^Nothing here waits for a decision under abcd2345/],
    ['/approve "OR"1"="1', /^Nothing here waits for a decision under "OR"1"="1/],
    [`/approve ${'x'.repeat(5_000)}`, /^Nothing here waits for a decision under x{40}…/],
    ['/同意 abcd2345', /^这里没有编号为 abcd2345 的待审批事项/],
  ])('that does not exist is not decided by %.24j', async (text, answer) => {
    expect(await say(text, 'c-none')).toEqual(
      answer instanceof RegExp ? expect.stringMatching(answer) : answer,
    );
  });

  it('is not decided with a note of 10 KB', async () => {
    const { id, order: orderId } = await order('c-long');
    expect(await say(`/approve ${id} ${'n'.repeat(10_000)}`, 'c-long')).toBe(
      'The note is too long: at most 1000 characters. Nothing was decided.',
    );
    expect(await say(`/approve ${id} ${'n'.repeat(1_000)}`, 'c-long')).toBe(`Approved (${id}).`);
    expect(await finalText(orderId)).toBe(`paid, u1: ${'n'.repeat(1_000)}`);
  });
});

it('an approval with approvers is decided by them, wherever they are, and by nobody else', async () => {
  await publish({ approvers: ['boss'] });
  const { id, order: orderId } = await order('c-staff');
  expect(await say(`/approve ${id}`, 'c-staff', 'u1')).toBe('You are not one of those who may decide this.');
  expect(await say(`/approve ${id}`, 'c-board', 'boss')).toBe(`Approved (${id}).`);
  expect(await finalText(orderId)).toMatch(/^paid, boss/);
});

it('an approval that was escalated is decided where it was asked as well', async () => {
  await publish({ escalateAfter: '500ms', escalateTo: { account: 'hook', conversation: 'c-escalated' } });
  const { id, order: orderId } = await order('c-slow');
  const { reply } = await errand.receiver.waitFor((one) => one.reply.conversation === 'c-escalated');
  expect(reply).toMatchObject({ type: 'approval', final: false });
  expect(reply.inReplyTo).toBeUndefined();
  expect(await say(`/approve ${id}`, 'c-elsewhere')).toMatch(/^Nothing here/);
  expect(await say(`/approve ${id}`, 'c-escalated', 'u9')).toBe(`Approved (${id}).`);
  expect(await finalText(orderId)).toMatch(/^paid, u9/);
});
