import type { FlowPlan } from '../../contracts/flow-plan.ts';
import type { FlowRef } from '../../contracts/message.ts';
import type { Egress } from '../../services/egress/index.ts';
import type { ModelGateway } from '../../services/models/index.ts';
import type { NodeLogger } from './node-activity.ts';
import type { Snapshots } from './recollection.ts';

/** What the activities of node kinds are made of. */
export interface NodeDependencies {
  plans: Plans;
  gateway: ModelGateway;
  snapshots: Snapshots;
  /** How many tokens of earlier conversation a model call may carry. */
  windowTokens: number;
  egress: Pick<Egress, 'fetch'>;
  logger: NodeLogger;
}

/** Plans of flow versions; of services/flows what is used here. */
export interface Plans {
  plan(flow: FlowRef): Promise<FlowPlan>;
}

/** What the activities that ask a model of conversations need. */
export type ModelDependencies = Pick<NodeDependencies, 'gateway' | 'snapshots' | 'windowTokens' | 'logger'>;
