import { expect, it } from 'vitest';
import type { NodeInput } from '../../contracts/activities.ts';
import { plan } from '../../engine/document.ts';
import { assistant } from '../../services/flows/assistant.ts';
import { nodeInputOf } from '../../test/fakes/model-server-node.ts';
import { withWrittenConfig } from './written-config.ts';

const plans = { plan: async () => plan(assistant, 0) };

async function seenBy(input: NodeInput): Promise<NodeInput['config']> {
  let config: NodeInput['config'] = {};
  await withWrittenConfig(plans)(async (seen) => {
    config = seen.config;
    return { output: null, attempts: 1, ms: 0 };
  })(input);
  return config;
}

it('puts back what the workflow left in the plan, under what was bound for this call', async () => {
  const written = { flow: { id: 'assistant', version: 0 }, node: 'intent' };
  const config = await seenBy({ ...nodeInputOf({}), config: { prompt: 'bound' }, written });
  expect(config.prompt).toBe('bound');
  expect(config.answers).toEqual(['chat']);
  expect(config.intents).toHaveLength(2);
});

it('leaves an input alone that has everything', async () => {
  expect(await seenBy({ ...nodeInputOf({}), config: { a: 1 } })).toEqual({ a: 1 });
});

it('fails as the store does, to be tried again', async () => {
  const broken = withWrittenConfig({ plan: () => Promise.reject(new Error('away')) });
  const written = { flow: { id: 'assistant', version: 0 }, node: 'intent' };
  const run = broken(async () => ({ output: null, attempts: 1, ms: 0 }))({ ...nodeInputOf({}), written });
  await expect(run).rejects.toMatchObject({ type: 'StoreUnavailable', nonRetryable: false });
});
