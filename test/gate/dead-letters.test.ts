import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type DeadLetter, deadLetter } from '../../contracts/dead-letter.ts';
import { flow, node, start } from '../errand/flow.ts';
import { startTestErrand, type TestErrand } from '../errand/start-test-errand.ts';
import { type ModelServer, startModelServer } from '../fakes/model-server.ts';

let model: ModelServer;
let errand: TestErrand;
beforeAll(async () => {
  model = await startModelServer();
  errand = await startTestErrand({ models: [model.endpoint] });
});
afterAll(async () => {
  await errand.end();
  await model.close();
});

const listed = z.object({ deadLetters: z.array(deadLetter), more: z.boolean() });

async function deadLetters(): Promise<DeadLetter[]> {
  return listed.parse(await (await errand.api('/api/v1/dead-letters')).json()).deadLetters;
}

async function letterAbout(messageId: string): Promise<DeadLetter> {
  const find = async () => (await deadLetters()).find(({ delivery }) => delivery.inReplyTo === messageId);
  await expect.poll(find, { timeout: 10_000 }).toBeDefined();
  const letter = await find();
  if (!letter) throw new Error('it is gone');
  return letter;
}

function retry(id: string): Promise<Response> {
  return errand.api(`/api/v1/dead-letters/${id}/retry`, { method: 'POST' });
}

/** Refuses the answers to one message for good. */
function refuse(messageId: string): void {
  errand.receiver.setFail(({ reply }) =>
    reply.inReplyTo === messageId ? { type: 'status', status: 400 } : undefined,
  );
}

describe('an answer that its receiver refuses', () => {
  it('is a dead letter, and arrives once when it is sent again', async () => {
    refuse('m-refused');
    await errand.post('hello', { id: 'm-refused' });
    const letter = await letterAbout('m-refused');
    expect(letter).toMatchObject({
      step: 'notify',
      attempts: expect.any(Number),
      posted: 0,
      error: 'the replyUrl of hook answered 400',
      delivery: { type: 'reply', account: 'hook', conversation: 'c1', final: true },
    });
    const run = await errand.run('m-refused');
    expect(run).toMatchObject({ status: 'failed', error: { type: 'DeliveryFailed' } });

    errand.receiver.setFail(undefined);
    expect((await retry(letter.id)).status).toBe(202);
    const { id, reply } = await errand.finalReply('m-refused');
    expect(id).toBe(letter.id);
    expect(reply.text).toBe(letter.delivery.text);
    await expect.poll(deadLetters).toEqual(expect.not.arrayContaining([letter]));
    expect(errand.receiver.ledger.get(letter.id)).toHaveLength(1);
  });

  it('stays one, with the newest reason, when it is refused again; and can be dropped', async () => {
    refuse('m-again');
    await errand.post('hello', { id: 'm-again' });
    const letter = await letterAbout('m-again');
    errand.receiver.setFail(() => ({ type: 'status', status: 404 }));
    expect((await retry(letter.id)).status).toBe(202);
    await expect
      .poll(() => letterAbout('m-again'))
      .toMatchObject({ id: letter.id, error: 'the replyUrl of hook answered 404' });
    expect((await errand.api(`/api/v1/dead-letters/${letter.id}`, { method: 'DELETE' })).status).toBe(204);
    expect(await deadLetters()).toEqual([]);
    expect((await retry(letter.id)).status).toBe(404);
    errand.receiver.setFail(undefined);
  });
});

it('what a flow says to others is kept too, for each who was not reached', async () => {
  await errand.publish(
    flow(
      'telling',
      [
        start,
        node('tell', 'notify', {
          text: 'news',
          to: [
            { account: 'hook', conversation: 'there' },
            { account: 'hook', conversation: 'gone' },
          ],
        }),
      ],
      ['start>tell'],
    ),
  );
  errand.receiver.setFail(({ reply }) =>
    reply.conversation === 'gone' ? { type: 'status', status: 403 } : undefined,
  );
  expect(await errand.runFlow('telling', {})).toMatchObject({ status: 'failed' });
  expect(await deadLetters()).toMatchObject([{ delivery: { conversation: 'gone', text: 'news' } }]);
  errand.receiver.setFail(undefined);
  expect(errand.receiver.requests.filter(({ reply }) => reply.conversation === 'there')).toHaveLength(1);
});

it('is nobody else’s to see', async () => {
  const response = await fetch(`${errand.url}/api/v1/dead-letters`);
  expect(response.status).toBe(401);
});
