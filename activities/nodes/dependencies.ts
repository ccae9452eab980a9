import type { Egress } from '../../services/egress/index.ts';
import type { ModelGateway } from '../../services/models/index.ts';
import type { NodeLogger } from './node-activity.ts';
import type { Snapshots } from './recollection.ts';

/** What the activities of node kinds are made of. */
export interface NodeDependencies {
  gateway: ModelGateway;
  snapshots: Snapshots;
  /** How many tokens of earlier conversation a model call may carry. */
  windowTokens: number;
  egress: Pick<Egress, 'fetch'>;
  logger: NodeLogger;
}

/** What the activities that ask a model of conversations need. */
export type ModelDependencies = Pick<NodeDependencies, 'gateway' | 'snapshots' | 'windowTokens' | 'logger'>;
