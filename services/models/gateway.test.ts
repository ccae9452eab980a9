import { afterEach, describe, expect, it } from 'vitest';
import {
  type ModelServer,
  type ModelServerOptions,
  startModelServer,
} from '../../test/fakes/model-server.ts';
import { type GatewayUnderTest, gatewayTo } from '../../test/fakes/model-server-gateway.ts';
import type { CompletionRequest } from './chat.ts';

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

describe('an answer', () => {
  it('is put together from the stream, with the usage the endpoint counted', async () => {
    const main = await server({
      script: [{ text: 'Good day, 你好!', usage: { prompt: 11, completion: 7 } }],
    });
    const completion = await gateway([main]).gateway.complete(request());
    expect(completion).toEqual({
      text: 'Good day, 你好!',
      toolCalls: [],
      model: 'm1',
      usage: { calls: 1, promptTokens: 11, completionTokens: 7, ms: expect.any(Number) },
    });
    expect(main.requests[0]?.body).toMatchObject({ stream: true, stream_options: { include_usage: true } });
  });

  it('may come as one JSON object although a stream was asked for', async () => {
    const main = await server({ script: [{ text: 'whole', unstreamed: true }] });
    expect((await gateway([main]).gateway.complete(request())).text).toBe('whole');
  });

  it('is estimated in tokens when the endpoint does not count', async () => {
    const main = await server({ script: [{ text: 'abcdefgh', usage: false }] });
    const { usage } = await gateway([main]).gateway.complete(request());
    expect(usage).toMatchObject({ calls: 1, promptTokens: 6, completionTokens: 2 });
  });

  it('holds no reasoning, wherever the endpoint puts it', async () => {
    const main = await server({
      script: [{ text: '<think>hm\nhm</think>\n\nYes.', reasoning: 'long thoughts' }],
    });
    expect((await gateway([main]).gateway.complete(request())).text).toBe('Yes.');
  });

  it('is refused as ModelOutputInvalid when it is larger than allowed, and no other endpoint pays for it', async () => {
    const main = await server({ script: [{ text: 'x'.repeat(5_000_000), pieces: 500 }] });
    const backup = await server({ script: [] });
    const call = gateway([main, backup]).gateway.complete(request());
    await expect(call).rejects.toMatchObject({ type: 'ModelOutputInvalid', retryable: false });
    expect(backup.count()).toBe(0);
  });

  it('may take longer than the wait for its first token, as long as tokens keep coming', async () => {
    const main = await server({ script: [{ trickle: 'one two three', by: 'event', everyMs: 100 }] });
    const { gateway: models } = gateway([{ ...main, timeouts: { firstToken: '1s', total: '10s' } }]);
    expect((await models.complete(request())).text).toBe('one two three');
  });

  it('is taken when it is complete, although the endpoint keeps the connection open', async () => {
    const main = await server({ script: [{ hang: 'end' }] });
    const { gateway: models, results } = gateway([main]);
    expect((await models.complete(request())).text).toBe('All said.');
    expect(results).toEqual([{ model: 'm1', result: 'ok' }]);
  });

  it('reuses connections', async () => {
    const main = await server({});
    const { gateway: models } = gateway([main]);
    for (let call = 0; call < 20; call += 1) await models.complete(request());
    expect(main.connections()).toBeLessThanOrEqual(2);
  });

  it('is asked for with the key as bearer token, and without a header when there is no key', async () => {
    const main = await server({ apiKey: 'sk-right' });
    const local = await server({});
    await gateway([{ ...main, apiKey: 'sk-right' }]).gateway.complete(request());
    await gateway([local]).gateway.complete(request());
    expect(main.requests[0]?.headers.authorization).toBe('Bearer sk-right');
    expect(local.requests[0]?.headers.authorization).toBeUndefined();
  });
});

describe('what an endpoint refuses', () => {
  it('is left out, and not sent again', async () => {
    const main = await server({ refuse: ['stream_options', 'temperature', 'max_tokens'] });
    const { gateway: models } = gateway([main]);
    const picky = { ...request(), temperature: 0.5, maxTokens: 100 };
    expect((await models.complete(picky)).usage.calls).toBe(4);
    expect((await models.complete(picky)).usage.calls).toBe(1);
    expect(main.requests.at(-1)?.body).toEqual({
      model: 'fake',
      stream: true,
      max_completion_tokens: 100,
      messages: [{ role: 'user', content: 'hello' }],
    });
  });
});

describe('the concurrency limit', () => {
  it('holds calls back until one has ended', async () => {
    let inFlight = 0;
    let most = 0;
    const main = await server({
      latencyMs: 30,
      behaviour: () => {
        inFlight += 1;
        most = Math.max(most, inFlight);
        setTimeout(() => {
          inFlight -= 1;
        }, 25);
        return 'ok';
      },
    });
    const { gateway: models } = gateway([{ ...main, concurrency: 2 }]);
    await Promise.all(Array.from({ length: 8 }, () => models.complete(request())));
    expect(most).toBe(2);
  });
});
