import type { Client } from '@temporalio/client';
import type { AccessTokens } from '../../channels/access-tokens.ts';
import type { Channel } from '../../channels/channel.ts';
import type { Intake, LastEvents } from '../../channels/intake/index.ts';
import type { AccountConfig } from '../../contracts/accounts.ts';
import type { Egress } from '../../services/egress/index.ts';
import type { Logger } from '../../services/telemetry/index.ts';

export interface ConnectionDependencies {
  accounts: ReadonlyMap<string, AccountConfig>;
  channelOf(kind: string): Channel | undefined;
  intake: Intake;
  lastEvents: LastEvents;
  egress: Egress;
  tokens: AccessTokens;
  temporal: Client;
  logger: Logger;
  /** Aborted when this worker is to stop. */
  stopping: AbortSignal;
  /** How this worker is known to the server. */
  identity: string;
  /** Epoch milliseconds. */
  clock(): number;
  /**
   * Calls it as if from outside of the activity: what the client of an activity is doing is broken off when the activity is
   * cancelled, and a message that is being taken then is still to be acknowledged.
   */
  outside<T>(work: () => T): T;
}
