import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
  type ModelServer,
  type ModelServerOptions,
  startModelServer,
} from '../../test/fakes/model-server.ts';
import { gatewayTo } from '../../test/fakes/model-server-gateway.ts';
import type { AnswerForm, StructuredRequest } from './chat.ts';

const open: (() => Promise<void>)[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((close) => close()));
});

const form: AnswerForm<{ intent: string; text?: string | undefined }> = {
  name: 'intent',
  schema: z.object({ intent: z.string(), text: z.string().max(100).optional() }),
  check: ({ intent }) => (intent === 'chat' ? undefined : 'intent must be chat'),
};

function asking(
  language: 'en' | 'zh' = 'en',
): StructuredRequest<{ intent: string; text?: string | undefined }> {
  const messages: StructuredRequest<object>['messages'] = [
    { role: 'system', content: 'Be brief.' },
    { role: 'user', content: 'hello' },
  ];
  return { messages, language, signal: new AbortController().signal, schema: form };
}

async function setUp(options: ModelServerOptions) {
  const server = await startModelServer(options);
  const made = gatewayTo([server]);
  open.push(server.close, made.close);
  return { server, gateway: made.gateway };
}

const bodies = (server: ModelServer) => server.requests.map(({ body }) => body);

describe('an answer with a form', () => {
  it('is asked for by JSON schema, without keywords that some endpoints refuse', async () => {
    const { server, gateway } = await setUp({ script: ['{"intent":"chat","text":"hi"}'] });
    const { json, usage } = await gateway.complete(asking());
    expect(json).toEqual({ intent: 'chat', text: 'hi' });
    expect(usage.calls).toBe(1);
    expect(bodies(server)[0]?.response_format).toEqual({
      type: 'json_schema',
      json_schema: {
        name: 'intent',
        schema: {
          type: 'object',
          properties: { intent: { type: 'string' }, text: { type: 'string' } },
          required: ['intent'],
        },
      },
    });
  });

  it.each([
    ['in a code fence', 'Sure:\n```json\n{"intent":"chat"}\n```'],
    ['after prose with braces', 'In {short}: {"intent":"chat"} as you asked.'],
  ])('is found %s', async (_, text) => {
    const { gateway } = await setUp({ script: [text] });
    expect((await gateway.complete(asking())).json).toEqual({ intent: 'chat' });
  });

  it('is asked for by JSON mode, then in words alone, where parameters are refused, and that is remembered', async () => {
    const { server, gateway } = await setUp({
      refuse: ['response_format'],
      behaviour: () => '{"intent":"chat"}',
    });
    expect((await gateway.complete(asking('zh'))).usage.calls).toBe(3);
    expect((await gateway.complete(asking('zh'))).usage.calls).toBe(1);
    expect(bodies(server).map(({ response_format: format }) => format?.type)).toEqual([
      'json_schema',
      'json_object',
      undefined,
      undefined,
    ]);
    const system = bodies(server).at(-1)?.messages[0];
    expect(system?.content).toMatch(/^Be brief\.\n\n只回复一个符合以下 JSON Schema 的 JSON 对象/);
  });

  it('is repaired once: the model sees its answer and what is wrong with it', async () => {
    const { server, gateway } = await setUp({ script: ['I think chat.', '{"intent":"chat"}'] });
    const { json, usage } = await gateway.complete(asking());
    expect(json).toEqual({ intent: 'chat' });
    expect(usage.calls).toBe(2);
    expect(bodies(server)[1]?.messages.slice(2)).toEqual([
      { role: 'assistant', content: 'I think chat.' },
      { role: 'user', content: expect.stringContaining('the answer holds no complete JSON object') },
    ]);
  });

  it('is repaired when the check refuses what the schema allows', async () => {
    const { server, gateway } = await setUp({ script: ['{"intent":"shopping"}', '{"intent":"chat"}'] });
    await gateway.complete(asking());
    expect(bodies(server)[1]?.messages.at(-1)?.content).toContain('intent must be chat');
  });

  it('fails as ModelOutputInvalid when it is invalid twice, with the usage of both calls', async () => {
    const { server, gateway } = await setUp({ script: ['{"intent":', '{"intent":7}'] });
    await expect(gateway.complete(asking())).rejects.toMatchObject({
      type: 'ModelOutputInvalid',
      retryable: false,
      message: expect.stringMatching(/^m1: intent: /),
      usage: { calls: 2 },
    });
    expect(server.failures).toEqual([]);
  });
});
