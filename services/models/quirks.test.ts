import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { ModelQuirk } from '../../contracts/model-quirk.ts';
import type { ModelServerOptions } from '../../test/fakes/model-server.ts';
import { closeAfterEach, hello, openGateway, openServer } from '../../test/fakes/model-server-open.ts';
import type { AnswerForm, StructuredRequest } from './chat.ts';

closeAfterEach();

const schema: AnswerForm<{ yes: boolean }> = { name: 'yes', schema: z.object({ yes: z.boolean() }) };
const yes = '{"yes":true}';

describe('what is peculiar to an endpoint', () => {
  it.each<[ModelQuirk, ModelServerOptions]>([
    ['noJsonSchema', { refuse: ['json_schema'], behaviour: () => yes }],
    ['noJsonObject', { refuse: ['response_format'], behaviour: () => yes }],
    ['noStreamOptions', { refuse: ['stream_options'], behaviour: () => yes }],
    ['noTemperature', { refuse: ['temperature'], behaviour: () => yes }],
    ['maxCompletionTokens', { refuse: ['max_tokens'], behaviour: () => yes }],
    ['noUsage', { behaviour: () => ({ text: yes, usage: false }) }],
    ['noDone', { behaviour: () => ({ text: yes, done: false }) }],
    ['unstreamed', { behaviour: () => ({ text: yes, unstreamed: true }) }],
  ])('%s is found out by the first call and known to the second', async (quirk, options) => {
    const main = await openServer(options);
    const { gateway } = openGateway([main]);
    const request: StructuredRequest<{ yes: boolean }> = {
      ...hello({ temperature: 0.5, maxTokens: 50 }),
      schema,
    };
    expect((await gateway.complete(request)).json).toEqual({ yes: true });
    expect(gateway.status()[0]?.quirks).toContain(quirk);
    expect((await gateway.complete(request)).usage.calls).toBe(1);
    expect(main.failures).toEqual([]);
  });

  it('is not believed of a complaint that nothing could help', async () => {
    const main = await openServer({
      behaviour: () => ({ status: 400, body: '{"error":{"message":"stream_options"}}' }),
    });
    const { gateway } = openGateway([main]);
    await expect(gateway.complete(hello())).rejects.toMatchObject({ type: 'ModelRejected' });
    expect(gateway.status()[0]?.quirks).toEqual([]);
  });

  it('staysOpen: the end of a stream that never came is hardly waited for again', async () => {
    const main = await openServer({ behaviour: () => ({ hang: 'end' }) });
    const { gateway } = openGateway([main]);
    await gateway.complete(hello());
    const startedAt = performance.now();
    await gateway.complete(hello());
    expect(performance.now() - startedAt).toBeLessThan(700);
    expect(gateway.status()[0]?.quirks).toContain('staysOpen');
  });

  it('is known beforehand of a preset', async () => {
    const main = await openServer({ refuse: ['max_tokens'] });
    const { gateway } = openGateway([{ ...main, preset: 'openai' }]);
    expect((await gateway.complete(hello({ maxTokens: 10 }))).usage.calls).toBe(1);
    expect(gateway.status()[0]).toMatchObject({ preset: 'openai', endpoint: main.endpoint });
  });
});

describe('a preset', () => {
  it.each(['deepseek', 'qwen', 'glm', 'kimi', 'openai', 'vllm', 'ollama', 'llama.cpp'])(
    '%s needs no endpoint, and takes an empty key',
    (preset) => {
      const [status] = openGateway([{ preset } as never]).gateway.status();
      expect(status?.endpoint).toMatch(/^https?:\/\/.+\/v\d$/);
    },
  );
});
