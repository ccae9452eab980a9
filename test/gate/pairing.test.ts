import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { pairedPerson, pendingPairing } from '../../contracts/pairing.ts';
import { messageRunId } from '../../services/runs/index.ts';
import { startTestErrand, type TestErrand } from '../errand/start-test-errand.ts';
import { type ModelServer, startModelServer } from '../fakes/model-server.ts';
import { startWebhookReceiver, type WebhookReceiver } from '../fakes/webhook-receiver.ts';
import { sendWebhook } from '../fakes/webhook-sender.ts';

const secret = `whsec_${randomBytes(32).toString('base64')}`;
let model: ModelServer;
let receiver: WebhookReceiver;
let errand: TestErrand;
beforeAll(async () => {
  model = await startModelServer();
  receiver = await startWebhookReceiver({ secret });
  errand = await startTestErrand({
    models: [model.endpoint],
    channels: [
      {
        id: 'shy',
        kind: 'webhook',
        secret,
        replyUrl: receiver.url,
        pairing: true,
        administrators: ['boss'],
      },
    ],
  });
});
afterAll(async () => {
  await errand.end();
  await receiver.close();
  await model.close();
});

let sent = 0;
async function say(sender: string, text: string): Promise<string> {
  const id = `shy-${sent++}`;
  const message = { conversation: `with ${sender}`, sender: { id: sender, name: `${sender}!` }, text };
  expect((await sendWebhook(`${errand.url}/webhooks/shy`, secret, message, { id })).status).toBe(202);
  return id;
}
const hear = async (id: string) =>
  (await receiver.waitFor(({ reply }) => reply.inReplyTo === id && reply.final, 20_000)).reply.text;
const saidIn = (conversation: string) =>
  receiver.requests.filter(({ reply }) => reply.conversation === conversation).map(({ reply }) => reply.text);
const codeIn = (text: string) => /[A-HJ-NP-Z2-9]{8}/.exec(text)?.[0] ?? '';
const call = (method: string, path: string) => errand.api(`/api/v1${path}`, { method });

it('a stranger is told a code, an administrator lets them in by chat, and from then on they are answered', async () => {
  const first = await say('ann', 'hello');
  const code = codeIn(await hear(first));
  expect(code).not.toBe('');
  expect((await errand.api(`/api/v1/runs/${messageRunId('shy', first)}`)).status).toBe(404);
  await say('ann', 'hello?');

  expect(await hear(await say('boss', '/pair NONE2345'))).toContain('Nobody waits');
  expect(await hear(await say('boss', `/配对 ${code.toLowerCase()}`))).toContain('ann!');
  await vi.waitFor(() => expect(saidIn('with ann').at(-1)).toContain('let you in'));
  expect(await hear(await say('ann', 'hello again'))).toContain('hello again');
  expect(await hear(await say('ann', '/pair ABCD2345'))).toContain('Only an administrator');
  // One code, one welcome: the second message of the stranger was ignored silently.
  expect(saidIn('with ann').filter((text) => text.includes(code))).toHaveLength(1);
});

it('people are let in, listed, refused and removed by the API', async () => {
  const codes: Record<string, string> = {};
  for (const name of ['bob', 'eve']) codes[name] = codeIn(await hear(await say(name, '你好')));
  const waiting = z.object({ pairings: z.array(pendingPairing) });
  const { pairings } = waiting.parse(await (await call('GET', '/pairings')).json());
  expect(pairings.map(({ code, sender }) => [sender.id, code])).toEqual(Object.entries(codes));

  expect((await call('POST', `/pairings/${codes.bob}`)).status).toBe(200);
  expect((await call('DELETE', `/pairings/${codes.eve}`)).status).toBe(204);
  expect((await call('POST', `/pairings/${codes.eve}`)).status).toBe(404);
  expect((await call('POST', '/pairings/short')).status).toBe(400);
  expect(await hear(await say('bob', 'are you there?'))).toContain('are you there?');

  const list = z.object({ people: z.array(pairedPerson) });
  const { people } = list.parse(await (await call('GET', '/channels/shy/people')).json());
  expect(people.map(({ by, id }) => [id, by])).toEqual([
    ['ann', 'boss'],
    ['bob', 'admin'],
  ]);
  expect((await call('GET', '/channels/nowhere/people')).status).toBe(404);
  expect((await call('DELETE', '/channels/shy/people/bob')).status).toBe(204);
  expect((await call('DELETE', '/channels/shy/people/bob')).status).toBe(404);
  const ignored = await say('bob', 'still there?');
  expect((await errand.api(`/api/v1/runs/${messageRunId('shy', ignored)}`)).status).toBe(404);
  const again = waiting.parse(await (await call('GET', '/pairings')).json());
  expect(again.pairings.map(({ sender }) => sender.id)).toEqual(['bob']);
});

it('whoever is ignored is in no ledger', async () => {
  // Two by the administrator and by Ann, one by Bob.
  await vi.waitFor(async () => expect((await errand.ledger()).answered).toBe(5));
  expect(await errand.ledger()).toMatchObject({ accepted: 5, missing: [], unaccepted: [] });
});
