import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FlowDocument, FlowEdge, FlowNode } from '../../contracts/flow.ts';
import { startTestErrand, type TestErrand } from '../errand/start-test-errand.ts';
import { type LoopbackServer, startLoopbackServer } from '../fakes/loopback-server.ts';
import { type ModelServer, startModelServer } from '../fakes/model-server.ts';

let model: ModelServer;
let service: LoopbackServer;
let calls = 0;
let errand: TestErrand;

const patient = { timeout: 15_000 };
const quickly = { initialInterval: '100ms', maximumAttempts: 2 } as const;

/** One flow whose branches are entered by the word that is sent; each goes wrong in its own way. */
function brokenFlow(origin: string): FlowDocument {
  const at = (status: number) => ({ url: `${origin}/${status}` });
  const branches: Record<string, { nodes: FlowNode[]; edges?: FlowEdge[] }> = {
    expression: {
      nodes: [{ id: 'expression', kind: 'transform', config: { output: '{{ trigger.text.size() / 0 }}' } }],
    },
    edge: {
      nodes: [
        { id: 'edge', kind: 'transform', config: { output: 1 } },
        { id: 'unreached', kind: 'notify', config: { text: 'never' } },
      ],
      edges: [{ from: 'edge', to: 'unreached', when: 'nodes.edge.output' }],
    },
    choice: { nodes: [{ id: 'choice', kind: 'condition', config: { if: 'trigger.text' } }] },
    waiting: { nodes: [{ id: 'waiting', kind: 'wait', config: { until: '{{ trigger.text }}' } }] },
    private: { nodes: [{ id: 'private', kind: 'http', config: { url: 'http://169.254.169.254/' } }] },
    missing: { nodes: [{ id: 'missing', kind: 'http', config: at(404) }] },
    down: { nodes: [{ id: 'down', kind: 'http', config: at(503), retry: quickly }] },
    pickyretry: {
      nodes: [
        { id: 'pickyretry', kind: 'http', config: at(503), retry: { ...quickly, when: 'error.message + 1' } },
      ],
    },
    nolist: {
      nodes: [
        {
          id: 'nolist',
          kind: 'dispatch',
          config: { items: '{{ trigger.text }}', do: { kind: 'model', config: { prompt: 'x' } } },
        },
      ],
    },
    handler: {
      nodes: [
        { id: 'handler', kind: 'http', config: at(404), onError: { action: 'branch' } },
        { id: 'worse', kind: 'notify', config: { text: '{{ nodes.handler.output.body.nothing }}' } },
      ],
      edges: [{ from: 'handler', on: 'error', to: 'worse' }],
    },
    silent: { nodes: [{ id: 'silent', kind: 'transform', config: { output: 'done, and nobody knows' } }] },
  };
  const words = Object.keys(branches);
  return {
    schemaVersion: 1,
    id: 'broken',
    name: { en: 'Broken', zh: '坏流程' },
    nodes: [
      { id: 'message', kind: 'trigger.message' },
      ...Object.values(branches).flatMap(({ nodes }) => nodes),
      { id: 'fine', kind: 'notify', config: { text: 'fine' } },
    ],
    edges: [
      ...[...words, 'fine'].map((to) => ({ from: 'message', to, when: `trigger.text.startsWith('${to}')` })),
      ...Object.values(branches).flatMap(({ edges }) => edges ?? []),
    ],
  };
}

beforeAll(async () => {
  service = await startLoopbackServer((request, response) => {
    calls += 1;
    response.writeHead(Number(request.url?.slice(1))).end('{}');
  });
  model = await startModelServer();
  errand = await startTestErrand({
    models: [model.endpoint],
    flow: 'broken',
    config: { egress: { allow: ['127.0.0.1'] } },
  });
  await errand.publish(brokenFlow(service.origin));
});
afterAll(async () => {
  await errand.end();
  await Promise.all([model.close(), service.close()]);
});

describe('a flow that goes wrong', () => {
  it.each([
    ['an expression that fails', 'expression', 'ExpressionError', 'expression'],
    ['a condition on an edge that is no boolean', 'edge', 'ExpressionError', 'edge'],
    ['a condition that is no boolean', 'choice', 'ExpressionError', 'choice'],
    ['a wait until no time', 'waiting for you', 'InvalidInput', 'waiting'],
    ['an address that is not allowed', 'private', 'EgressRefused', 'private'],
    ['a service that answers 404', 'missing', 'HttpStatus', 'missing'],
    ['a service that stays down', 'down', 'HttpStatus', 'down'],
    ['a retry condition that fails', 'pickyretry', 'ExpressionError', 'pickyretry'],
    ['a fan-out over no list', 'nolist', 'InvalidInput', 'nolist'],
    ['an error handler that fails itself', 'handler', 'ExpressionError', 'worse'],
    ['no delivery', 'silent', 'NoReply', null],
  ])('with %s fails visibly, and its conversation goes on', async (_, word, type, node) => {
    const conversation = `c-${word}`;
    const id = `m-${word.replaceAll(' ', '-')}`;
    const before = calls;
    const { reply } = await errand.ask(word, { conversation, id });
    expect(reply).toMatchObject({ outcome: 'failed', final: true });
    expect(reply.text).toContain(reply.runId);
    await expect
      .poll(() => errand.run(id), patient)
      .toMatchObject({ status: 'failed', answer: reply.text, error: { type, node } });
    if (word === 'down') expect(calls - before).toBe(2);
    expect((await errand.ask('fine?', { conversation })).reply).toMatchObject({ outcome: 'answered' });
    const finals = errand.receiver.requests.filter((one) => one.reply.inReplyTo === id && one.reply.final);
    expect(finals).toHaveLength(1);
  });
});

describe('an account whose flow does not exist', () => {
  it('tells the person so in their language', async () => {
    const lost = await startTestErrand({ models: [model.endpoint], flow: 'nowhere' });
    try {
      const { reply } = await lost.ask('你好', { id: 'm-lost' });
      expect(reply).toMatchObject({ outcome: 'failed', text: expect.stringContaining('流程不存在') });
      await expect
        .poll(() => lost.run('m-lost'), patient)
        .toMatchObject({ status: 'failed', error: { type: 'FlowNotFound' } });
    } finally {
      await lost.end();
    }
  });
});
