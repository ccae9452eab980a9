import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestErrand, type TestErrand } from '../errand/start-test-errand.ts';
import { type ChatRequest, type ModelServer, type Reply, startModelServer } from '../fakes/model-server.ts';
import { behave } from '../fakes/model-server-behaving.ts';

const patient = { timeout: 15_000 };
const html = '<!doctype html><title>Login</title>';
const manySubtasks = JSON.stringify({
  subtasks: Array.from({ length: 1_000 }, (_, index) => ({
    id: `s${index}`,
    title: `Part ${index}`,
    instruction: `part ${index}`,
  })),
});

interface Misbehaviour {
  reply: Reply;
  /** At the step of this prompt; others behave. */
  step?: 'decompose';
  /** How often in a row, then it behaves; for ever without. */
  times?: number;
}

/** By the first word of an order. */
const misbehaviours: Record<string, Misbehaviour> = {
  page: { reply: { status: 200, body: html, headers: { 'content-type': 'text/html' } } },
  half: { reply: { half: '{"intent":"chat","text":"I was about to' } },
  silence: { reply: { status: 200, body: '' } },
  emptiness: { reply: { text: '' } },
  flood: { reply: { text: `{"intent":"chat","text":"${'x'.repeat(5_000_000)}"}` } },
  block: { reply: { text: 'x'.repeat(5_000_000), unstreamed: true } },
  keyless: { reply: { status: 401, body: '{"error":{"message":"Incorrect API key provided."}}' } },
  unpaid: { reply: { status: 402, body: '{"error":{"message":"Insufficient Balance"}}' } },
  unknown: { reply: { status: 404, body: '{"error":{"message":"The model does not exist"}}' } },
  gibberish: { reply: { text: '{"intent": chat' } },
  invention: { reply: { text: '{"intent":"world domination"}' } },
  'task:planless': { reply: { text: 'First I would do this, and then that.' }, step: 'decompose' },
  'task:thousand': { reply: { text: manySubtasks }, step: 'decompose' },
  busy: { reply: { status: 429, body: '{}', headers: { 'retry-after': '1' } }, times: 1 },
  counting: {
    reply: {
      text: JSON.stringify({ intent: 'chat', text: 'counted' }),
      usage: { prompt: 1.5, completion: 1e30 },
    },
  },
  dirty: { reply: { text: JSON.stringify({ intent: 'chat', text: 'a\u0000b\ud800c' }) } },
};

const tries = new Map<string, number>();

/** The order that a request is about, also where the model is asked to repair its answer. */
function orderIn({ messages }: ChatRequest): string {
  const said = messages.filter(
    ({ role, content }) => role === 'user' && !/^That reply|^上面的/.test(content),
  );
  return said.at(-1)?.content ?? '';
}

function misbehave(request: ChatRequest): Reply {
  const [word = ''] = orderIn(request).split(' ');
  const bad = misbehaviours[word];
  const atStep = bad?.step === undefined || request.messages[0]?.content.includes(`[step: ${bad.step}]`);
  if (!bad || !atStep) return behave(request);
  const count = (tries.get(word) ?? 0) + 1;
  tries.set(word, count);
  return count > (bad.times ?? Number.POSITIVE_INFINITY) ? behave(request) : bad.reply;
}

let model: ModelServer;
let errand: TestErrand;

beforeAll(async () => {
  model = await startModelServer({ behaviour: misbehave });
  errand = await startTestErrand({ models: [model.endpoint] });
});
afterAll(async () => {
  await errand.end();
  await model.close();
});

/** A conversation after trouble answers as if nothing had been. */
async function goesOn(conversation: string): Promise<void> {
  const { reply } = await errand.ask('and now?', { conversation });
  expect(reply).toMatchObject({ text: 'echo: and now?', outcome: 'answered' });
  expect(await (await fetch(`${errand.url}/healthz`)).text()).toBe('ok');
}

describe('a model that answers badly', () => {
  it.each([
    ['a web page instead of JSON', 'page please', 'ModelUnavailable', /No model can be reached/],
    ['a web page, to a person who speaks Chinese', 'page 请', 'ModelUnavailable', /无法连接到任何模型/],
    ['half a stream', 'half please', 'ModelUnavailable', /No model can be reached/],
    ['nothing at all', 'silence please', 'ModelUnavailable', /No model can be reached/],
    ['an empty text', 'emptiness please', 'ModelUnavailable', /No model can be reached/],
    ['a stream of 5 MB', 'flood please', 'ModelOutputInvalid', /could not use/],
    ['5 MB in one piece', 'block please', 'ModelOutputInvalid', /could not use/],
    ['401', 'keyless please', 'ModelRejected', /refused the request/],
    ['402', 'unpaid please', 'ModelRejected', /refused the request/],
    ['404 for its model', 'unknown please', 'ModelRejected', /refused the request/],
    ['404 for its model, in Chinese', 'unknown 请', 'ModelRejected', /拒绝了请求/],
    ['invalid JSON twice', 'gibberish please', 'ModelOutputInvalid', /could not use/],
    ['an intent that does not exist, twice', 'invention please', 'ModelOutputInvalid', /could not use/],
    ['invalid JSON twice, in Chinese', 'gibberish 你好', 'ModelOutputInvalid', /模型的回答无法使用/],
  ])('with %s fails visibly, and its conversation goes on', async (what, order, type, words) => {
    const conversation = `c ${what}`;
    const id = `m-${what.replaceAll(/\W/g, '')}`;
    const { reply } = await errand.ask(order, { conversation, id });
    expect(reply).toMatchObject({ outcome: 'failed', final: true });
    expect(reply.text).toMatch(words);
    await expect
      .poll(() => errand.run(id), patient)
      .toMatchObject({ status: 'failed', answer: reply.text, error: { type, node: 'intent' } });
    await goesOn(conversation);
  });

  it('with an unusable plan twice fails visibly at that node', async () => {
    const { reply } = await errand.ask('task:planless please', {
      id: 'm-planless',
      conversation: 'c-planless',
    });
    expect(reply).toMatchObject({ outcome: 'failed', text: expect.stringMatching(/could not use/) });
    await expect
      .poll(() => errand.run('m-planless'), patient)
      .toMatchObject({ status: 'failed', error: { type: 'ModelOutputInvalid', node: 'decompose' } });
    expect(tries.get('task:planless')).toBe(2);
    await goesOn('c-planless');
  });

  it('with a plan of 1,000 subtasks does as many as the flow allows', async () => {
    const { reply } = await errand.ask('task:thousand please', {
      id: 'm-thousand',
      conversation: 'c-thousand',
    });
    expect(reply).toMatchObject({ outcome: 'answered', text: expect.stringMatching(/^result: /) });
    await expect.poll(async () => (await errand.run('m-thousand'))?.status, patient).toBe('answered');
    const outputs = Object.fromEntries(
      ((await errand.run('m-thousand'))?.nodes ?? []).map(({ id, output }) => [id, output]),
    );
    expect(outputs.decompose).toMatchObject({ subtasks: { length: 8 } });
    expect(outputs.dispatch).toMatchObject({ items: { length: 8 } });
    await goesOn('c-thousand');
  });

  it.each([
    ['characters that databases refuse', 'dirty please', /^a.*c$/s],
    ['impossible numbers of tokens', 'counting please', /^counted$/],
  ])('with %s is answered and recorded all the same', async (what, order, words) => {
    const conversation = `c ${what}`;
    const id = `m-${what.replaceAll(/\W/g, '')}`;
    const { reply } = await errand.ask(order, { id, conversation });
    expect(reply).toMatchObject({ outcome: 'answered', text: expect.stringMatching(words) });
    await expect.poll(async () => (await errand.run(id))?.status, patient).toBe('answered');
    expect((await errand.api('/api/v1/runs')).status).toBe(200);
    await goesOn(conversation);
  });
});

describe('a model that is in trouble for a moment', () => {
  it('with 429 is asked again when it said, and not before', async () => {
    const asked = performance.now();
    const { reply } = await errand.ask('busy please', { id: 'm-busy', conversation: 'c-busy' });
    expect(reply).toMatchObject({ outcome: 'answered', text: 'echo: busy please' });
    expect(performance.now() - asked).toBeGreaterThan(950);
    expect(tries.get('busy')).toBe(2);
    await expect.poll(() => errand.run('m-busy'), patient).toMatchObject({ usage: { calls: 2 } });
  });

  it.each(['headers', 'stream'] as const)(
    'and hangs (%s) gives way to its backup within its deadline and a second',
    async (hang) => {
      const firstTokenMs = 1_500;
      const asked: number[] = [];
      const hanging = await startModelServer({
        behaviour() {
          asked.push(performance.now());
          return { hang };
        },
      });
      const backup = await startModelServer({
        behaviour(request) {
          asked.push(performance.now());
          return behave(request);
        },
      });
      const two = await startTestErrand({
        models: [hanging.endpoint, backup.endpoint],
        timeouts: { firstToken: `${firstTokenMs}ms` },
      });
      try {
        const { reply } = await two.ask('hello', { id: 'm-hang' });
        expect(reply).toMatchObject({ outcome: 'answered', text: 'echo: hello' });
        const [first = 0, second = 0] = asked;
        expect(asked).toHaveLength(2);
        expect(second - first).toBeGreaterThan(firstTokenMs - 50);
        expect(second - first).toBeLessThan(firstTokenMs + 1_000);
        await expect
          .poll(() => two.run('m-hang'), patient)
          .toMatchObject({ status: 'answered', usage: { calls: 2 } });
      } finally {
        await two.end();
        await Promise.all([hanging.close(), backup.close()]);
      }
    },
  );
});
