import { afterEach, describe, expect, it } from 'vitest';
import {
  type ModelServer,
  type ModelServerOptions,
  startModelServer,
} from '../../test/fakes/model-server.ts';
import { type GatewayUnderTest, gatewayTo } from '../../test/fakes/model-server-gateway.ts';
import type { CompletionRequest } from './chat.ts';
import { ModelError } from './model-error.ts';

const open: (() => Promise<void>)[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((close) => close()));
});

async function server(options: ModelServerOptions): Promise<ModelServer> {
  const started = await startModelServer(options);
  open.push(started.close);
  return started;
}

function gateway(...args: Parameters<typeof gatewayTo>): GatewayUnderTest {
  const made = gatewayTo(...args);
  open.push(made.close);
  return made;
}

const request = (signal = new AbortController().signal): CompletionRequest => ({
  messages: [{ role: 'user', content: 'hello' }],
  language: 'en',
  signal,
});

const rejection = async (call: Promise<unknown>): Promise<ModelError> => {
  const error = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(ModelError);
  if (!(error instanceof ModelError)) throw error;
  return error;
};

const impatient = { timeouts: { firstToken: '200ms', total: '700ms' } };

describe('the next endpoint answers when the first', () => {
  const troubles: [string, ModelServerOptions][] = [
    ['hangs before headers', { script: [{ hang: 'headers' }] }],
    ['hangs in the middle of a stream', { script: [{ hang: 'stream' }] }],
    ['sends half a stream', { script: [{ half: 'Once upon' }] }],
    [
      'answers with HTML',
      { script: [{ status: 200, headers: { 'content-type': 'text/html' }, body: '<html>' }] },
    ],
    ['answers with nothing', { script: [''] }],
    ['answers with an empty body', { script: [{ status: 200 }] }],
    ['answers with half a JSON object', { script: [{ status: 200, body: '{"choices":[{"mess' }] }],
    ['answers with other JSON', { script: [{ status: 200, body: '{"ok":true}' }] }],
    [
      'answers with an error in the stream',
      { script: [{ status: 200, body: 'data: {"error":{"message":"no"}}\n\n' }] },
    ],
    ['is limited (429)', { script: [{ status: 429 }] }],
    [
      'is limited and says for how long (429)',
      { script: [{ status: 429, headers: { 'retry-after': '5' } }] },
    ],
    ['has no credit left (402)', { script: [{ status: 402, body: '{"error":{"message":"pay"}}' }] }],
    ['fails (500)', { script: [{ status: 500, body: 'oops' }] }],
    ['redirects', { script: [{ status: 302, headers: { location: 'http://127.0.0.1:9/' } }] }],
    ['resets the connection', { script: [{ reset: 'headers' }] }],
    ['resets in the middle of a stream', { script: [{ reset: 'stream' }] }],
    ['sends a byte at a time', { script: [{ trickle: 'slow', by: 'byte', everyMs: 20 }] }],
    ['never gets to its end', { script: [{ trickle: 'x'.repeat(50), by: 'event', everyMs: 60 }] }],
    ['only thinks', { script: ['<think>what if'] }],
    ['refuses the key (401)', { apiKey: 'other' }],
    [
      'does not know the model (404)',
      { script: [{ status: 404, body: '{"error":{"message":"no such model"}}' }] },
    ],
    ['refuses the request (400)', { script: [{ status: 400, body: '{"detail":"too long"}' }] }],
  ];

  it.each(troubles)('%s', async (_, options) => {
    const [main, backup] = [await server(options), await server({ script: ['from the backup'] })];
    const { text, model, usage } = await gateway([{ ...main, ...impatient }, backup]).gateway.complete(
      request(),
    );
    expect({ text, model, calls: usage.calls }).toEqual({ text: 'from the backup', model: 'm2', calls: 2 });
  });

  it.each(['headers', 'stream'] as const)(
    'hangs (%s), within the first-token deadline and a second',
    async (hang) => {
      const [main, backup] = [await server({ script: [{ hang }] }), await server({})];
      const { gateway: models } = gateway([{ ...main, timeouts: { firstToken: '200ms' } }, backup]);
      const startedAt = performance.now();
      await models.complete(request());
      expect(performance.now() - startedAt).toBeLessThan(200 + 1_000);
    },
  );

  it('is not there', async () => {
    const backup = await server({ script: ['from the backup'] });
    const { gateway: models, warnings } = gateway([{ endpoint: 'http://127.0.0.1:9/v1' }, backup]);
    expect((await models.complete(request())).model).toBe('m2');
    expect(warnings).toEqual([
      expect.objectContaining({ model: 'm1', reason: 'connection failed: ECONNREFUSED' }),
    ]);
  });
});

describe('when no endpoint answers', () => {
  it('fails as ModelUnavailable as long as one may recover, naming what each said', async () => {
    const [main, backup] = [
      await server({ apiKey: 'k' }),
      await server({ script: [{ status: 503, body: 'busy' }] }),
    ];
    const error = await rejection(gateway([main, backup]).gateway.complete(request()));
    expect(error).toMatchObject({ type: 'ModelUnavailable', retryable: true, usage: { calls: 2 } });
    expect(error.message).toBe('m1: HTTP 401 the key was refused; m2: HTTP 503 busy');
  });

  it('fails as ModelRejected when all refuse', async () => {
    const main = await server({ script: [{ status: 404, body: '{"error":{"message":"no such model"}}' }] });
    const error = await rejection(gateway([main]).gateway.complete(request()));
    expect(error).toMatchObject({ type: 'ModelRejected', retryable: false });
    expect(error.message).toBe('m1: HTTP 404 no such model');
  });

  it('passes Retry-After on, and does not ask again before', async () => {
    const main = await server({ script: [{ status: 429, headers: { 'retry-after': '30' } }] });
    const { gateway: models } = gateway([main]);
    expect((await rejection(models.complete(request()))).retryAfterMs).toBe(30_000);
    const again = await rejection(models.complete(request()));
    expect(again.retryAfterMs).toBeGreaterThan(29_000);
    expect(main.count()).toBe(1);
  });

  it('waits for an endpoint that only rests a moment', async () => {
    const main = await server({ script: [{ status: 429, headers: { 'retry-after': '0.3' } }, 'rested'] });
    const { gateway: models } = gateway([main]);
    await rejection(models.complete(request()));
    expect((await models.complete(request())).text).toBe('rested');
  });

  it('never quotes a key', async () => {
    const apiKey = 'sk-very-secret-canary';
    const main = await server({ script: [{ status: 400, body: `{"error":{"message":"bad ${apiKey}"}}` }] });
    const { gateway: models, warnings } = gateway([{ ...main, apiKey }]);
    const error = await rejection(models.complete(request()));
    expect(`${error.message} ${error.stack} ${JSON.stringify(warnings)}`).not.toContain('canary');
  });
});

describe('a caller that gives up', () => {
  it('ends the call at once with the reason of its signal, and the next endpoint is not asked', async () => {
    const [main, backup] = [await server({ script: [{ hang: 'stream' }] }), await server({})];
    const controller = new AbortController();
    const reason = new Error('cancelled');
    const call = gateway([main, backup]).gateway.complete(request(controller.signal));
    await expect.poll(() => main.count()).toBe(1);
    controller.abort(reason);
    await expect(call).rejects.toBe(reason);
    expect(backup.count()).toBe(0);
  });
});

describe('an endpoint that keeps failing', () => {
  it('is left alone after five failures in a row, then tried with one call', async () => {
    const failures = Array.from({ length: 5 }, () => ({ status: 500 }));
    const main = await server({ script: [...failures, 'back'] });
    const backup = await server({});
    const { gateway: models, results } = gateway([main, backup]);
    for (let call = 0; call < 5; call += 1) await models.complete(request());
    await Promise.all([1, 2, 3].map(() => models.complete(request())));
    expect(main.count()).toBe(5);
    expect(results.filter(({ result }) => result === 'skipped')).toHaveLength(3);
    await expect.poll(async () => (await models.complete(request())).text, { timeout: 3_000 }).toBe('back');
    expect(main.count()).toBe(6);
  });
});
