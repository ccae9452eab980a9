import type { Client } from '@temporalio/client';
import type { AccessTokens, Send } from '../channels/index.ts';
import type { Intake, LastEvents, Pairings } from '../channels/intake/index.ts';
import type { AccountConfig, Config, UnusableChannel } from '../contracts/index.ts';
import type { DeadLetterStore } from '../services/dead-letters/index.ts';
import type { Egress } from '../services/egress/index.ts';
import type { Bindings, FlowStore, HookSecrets } from '../services/flows/index.ts';
import type { ModelGateway } from '../services/models/index.ts';
import type { ObjectStore } from '../services/objects/index.ts';
import type { KeptRunStore, RunIndex } from '../services/records/index.ts';
import type { Logger, Metrics } from '../services/telemetry/index.ts';
import type { ThreadStore } from '../services/threads/index.ts';

/** Everything the API talks to, as far as it needs it: composed by who starts the process. */
export interface ApiDependencies {
  settings: { config: Pick<Config, 'access' | 'hooks'>; publicUrl?: string };
  accounts: readonly AccountConfig[];
  /** Accounts that do not start. */
  unusable: readonly UnusableChannel[];
  adminToken: string;
  temporal: Client;
  flows: FlowStore;
  hooks: HookSecrets;
  keptRuns: Pick<KeptRunStore, 'load'>;
  bindings: Bindings;
  objects: Pick<ObjectStore, 'get'>;
  deadLetters: Omit<DeadLetterStore, 'keep'>;
  threads: ThreadStore;
  runIndex: Omit<RunIndex, 'close'>;
  models: Pick<ModelGateway, 'status' | 'test'>;
  intake: Intake;
  lastEvents: LastEvents;
  pairings: Pick<Pairings, 'pending' | 'approve' | 'refuse' | 'people' | 'remove'>;
  logger: Logger;
  metrics: Pick<Metrics, 'registry' | 'refused' | 'httpSeconds'>;
  egress: Egress;
  tokens: AccessTokens;
  send: Send;
  /** Where Temporal's Web UI listens, without its public path. Absent: it is not offered. */
  temporalUi?: { url: string };
  /** Whether orders can be taken; asked before each. */
  ready(): { ok: boolean; reasons: string[] };
  /** Epoch milliseconds. */
  clock(): number;
}
