import type { Client } from '@temporalio/client';
import type { ProcessGroups } from './proc.ts';

/** What is measured: something that takes signed orders over HTTP and replies to the sink. */
export interface Target {
  /** Where orders are posted. */
  url: string;
  dataDir: string;
  client: Client;
  processes(): ProcessGroups;
  /** A visibility query for the executions that a conversation's messages caused. */
  historyQuery(conversation: string): string;
  close(): Promise<void>;
}

export interface TargetOptions {
  modelEndpoint: string;
  sinkUrl: string;
  /** A `whsec_` secret, for both ways. */
  secret: string;
  dataDir: string;
  /** The Temporal CLI that both targets start their server with. */
  temporalBinary: string;
}
