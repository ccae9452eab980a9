import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type GatewayUnderTest, gatewayTo } from '../../test/fakes/model-server-gateway.ts';
import { type DemoModel, startDemoModel } from './demo-model.ts';
import { aggregateMessages, decomposeMessages, intentMessages, modelMessages } from './prompts/index.ts';

let demo: DemoModel;
let made: GatewayUnderTest;

beforeAll(async () => {
  demo = await startDemoModel();
  made = gatewayTo([demo]);
});

afterAll(async () => {
  await made.close();
  await demo.close();
});

const intents = [
  { name: 'chat', description: 'Talk.' },
  { name: 'task', description: 'Work.' },
];
const { signal } = new AbortController();

async function intent(order: string, earlier?: string) {
  const { json } = await made.gateway.complete({
    messages: intentMessages({
      language: 'en',
      intents,
      answers: ['chat'],
      turns: earlier ? [{ role: 'user', text: earlier, at: 1 }] : [],
      order,
    }),
    language: 'en',
    signal,
    schema: { name: 'intent', schema: z.object({ intent: z.string(), text: z.string().optional() }) },
  });
  return json;
}

describe('the demo model', () => {
  it('answers talk, says that it is a demo, and names what connects a real model', async () => {
    const { intent: name, text } = await intent('Hello there', 'My name is Ada');
    expect(name).toBe('chat');
    for (const part of [
      'Hello there',
      'My name is Ada',
      'demo',
      'MODEL_ENDPOINT',
      'MODEL_API_KEY',
      'MODEL_NAME',
    ]) {
      expect(text).toContain(part);
    }
    expect((await intent('你好')).text).toMatch(/演示模型.*MODEL_ENDPOINT/s);
  });

  it.each(['Plan a trip to Rome', 'please compare two phones', '帮我写一份周报', '调研一下向量数据库'])(
    'takes %j for a task',
    async (order) => {
      expect(await intent(order)).toEqual({ intent: 'task' });
    },
  );

  it('splits an order into three subtasks, carries them out, and honestly puts them together', async () => {
    const order = '比较高铁和飞机';
    const plan = await made.gateway.complete({
      messages: decomposeMessages({ language: 'zh', maximumSubtasks: 8, turns: [], order }),
      language: 'zh',
      signal,
      schema: {
        name: 'plan',
        schema: z.object({ subtasks: z.array(z.object({ instruction: z.string() })) }),
      },
    });
    expect(plan.json.subtasks).toHaveLength(3);
    const prompt = plan.json.subtasks[0]?.instruction ?? '';
    expect(prompt).toContain(order);
    const part = await made.gateway.complete({
      messages: modelMessages({ language: 'zh', prompt }),
      language: 'zh',
      signal,
    });
    expect(part.text).toContain(order);
    const results = JSON.stringify({ dispatch: { items: [{ index: 0, output: { text: part.text } }] } });
    const whole = await made.gateway.complete({
      messages: aggregateMessages({ language: 'zh', order, results }),
      language: 'zh',
      signal,
    });
    expect(whole.text).toContain(part.text.slice(0, 20));
    expect(whole.text).toContain('演示模型');
  });

  it('gives a plain example where an object of a schema is wanted', async () => {
    const shape = z.object({ name: z.string(), tags: z.array(z.enum(['a', 'b'])), size: z.number() });
    const { json } = await made.gateway.complete({
      messages: modelMessages({ language: 'en', prompt: 'Describe it.' }),
      language: 'en',
      signal,
      schema: { name: 'thing', schema: shape },
    });
    expect(json).toEqual({ name: 'demo', tags: ['a'], size: 0 });
  });

  it('lists itself, answers without a stream, and refuses what it does not understand', async () => {
    const { trustedFetch } = (await import('../egress/index.ts')).createEgress({ allow: [] });
    const post = (body: string) =>
      trustedFetch(`${demo.endpoint}/chat/completions`, { method: 'POST', body });
    expect(await (await trustedFetch(`${demo.endpoint}/models`)).json()).toMatchObject({
      data: [{ id: 'demo' }],
    });
    const answer = await post('{"messages":[{"role":"user","content":"hi"}]}');
    expect(await answer.json()).toMatchObject({ choices: [{ finish_reason: 'stop' }] });
    expect((await post('{"messages":[]}')).status).toBe(400);
    expect((await trustedFetch(`${demo.endpoint}/embeddings`)).status).toBe(404);
  });
});
