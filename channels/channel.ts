import type { AccountConfig, Delivery, InboundMessage, JsonObject, Problem } from '../contracts/index.ts';
import type { Egress } from '../services/egress/index.ts';

/** What a platform sends, as it came: verification needs the raw bytes. Header names are lower-case. */
export interface ChannelRequest {
  method: string;
  headers: Record<string, string | undefined>;
  query: Record<string, string | undefined>;
  rawBody: Uint8Array;
  account: AccountConfig;
  /** Epoch milliseconds. */
  now: number;
}

/** What a channel knows of a message; run, flow and trace are added where it is accepted. */
export type ParsedMessage = Omit<
  InboundMessage,
  'runId' | 'channel' | 'account' | 'flow' | 'acceptedAt' | 'traceId'
>;

/** An answer in the platform's own form. */
export interface ChannelResponse {
  status: number;
  headers: Record<string, string>;
  body: string;
}

/**
 * What became of a request. `respond` gives the answer that the platform expects:
 * of a message only once it is durable, of an ignored one (a handshake, an event of no interest) at once.
 */
export type ReceiveResult =
  | { type: 'message'; message: ParsedMessage; respond(): ChannelResponse }
  | { type: 'ignored'; reason: string; respond(): ChannelResponse }
  | { type: 'refused'; status: number; problem: Problem };

export interface SendDependencies {
  egress: Egress;
  signal?: AbortSignal;
  /** Epoch milliseconds. */
  now: number;
}

/** What is known of a message that the platform took. */
export interface SendReceipt {
  providerId?: string;
}

/** One kind of chat platform. */
export interface Channel {
  kind: string;
  /** Why an account cannot start, one sentence each; empty when it can. Never repeats a secret. */
  problems(account: AccountConfig): string[];
  /** Verifies and parses a callback. Absent where the platform is outbound only. */
  receive?(request: ChannelRequest): ReceiveResult;
  /**
   * A reply address in a conversation that did not just write. Throws `DeliveryError` where the platform, or how the
   * account is configured, has none.
   */
  addressOf(account: AccountConfig, conversation: string): JsonObject;
  /** Says something to a person; the same delivery may be sent again under its key. Throws `DeliveryError`. */
  send(delivery: Delivery, account: AccountConfig, dependencies: SendDependencies): Promise<SendReceipt>;
}
