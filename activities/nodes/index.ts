/**
 * One activity per node kind that touches the world. `node-activity.ts` is the frame they share: input checked, time
 * limited, failures mapped; the files named as kinds hold only what is the kind's own.
 */
import type { NodeActivities } from '../../contracts/activities.ts';
import { createAggregateActivity } from './aggregate.ts';
import { createDecomposeActivity } from './decompose.ts';
import type { NodeDependencies } from './dependencies.ts';
import { createHttpActivity } from './http.ts';
import { createIntentActivity } from './intent.ts';
import { createMemoryActivity } from './memory.ts';
import { createModelActivity } from './model.ts';
import { withWrittenConfig } from './written-config.ts';

export type { NodeDependencies } from './dependencies.ts';

/** All of them, by the name of their kind. */
export function createNodeActivities(deps: NodeDependencies): NodeActivities {
  const asWritten = withWrittenConfig(deps.plans);
  return {
    intent: asWritten(createIntentActivity(deps)),
    decompose: asWritten(createDecomposeActivity(deps)),
    aggregate: asWritten(createAggregateActivity(deps)),
    model: asWritten(createModelActivity(deps)),
    http: asWritten(createHttpActivity(deps)),
    memory: asWritten(createMemoryActivity(deps)),
  };
}
