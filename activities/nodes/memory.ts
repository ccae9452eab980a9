import type { NodeActivities } from '../../contracts/activities.ts';
import type { NodeDependencies } from './dependencies.ts';
import { createNodeActivity } from './node-activity.ts';
import { type MemoryConfig, memoryConfig } from './node-configs.ts';
import { recollectAll } from './recollection.ts';

/** Messages that are read where the node names no limit. */
const messagesRead = 20;

/** What the conversation remembers: `{messages, notes}`, both oldest first. Empty where there is no conversation. */
export function createMemoryActivity(
  deps: Pick<NodeDependencies, 'snapshots' | 'logger'>,
): NodeActivities['memory'] {
  return createNodeActivity<MemoryConfig>(
    {
      kind: 'memory',
      config: memoryConfig,
      async work({ input, config }) {
        const { turns, notes } = await recollectAll(deps.snapshots, input.memory);
        const { limit = messagesRead } = config;
        return {
          output: {
            messages: turns.slice(-Number(limit)).map(({ role, text, at }) => ({ role, text, at: time(at) })),
            notes: notes.map(({ id, text, at }) => ({ id, text, at: time(at) })),
          },
        };
      },
    },
    deps.logger,
  );
}

function time(at: number): string {
  return new Date(at).toISOString();
}
