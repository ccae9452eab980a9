import type {
  AccountConfig,
  AccountOf,
  Attachment,
  ChannelKind,
  Delivery,
  InboundMessage,
  JsonObject,
  Problem,
} from '../contracts/index.ts';
import type { Egress } from '../services/egress/index.ts';
import type { Rate } from '../services/rates/index.ts';
import type { Logger } from '../services/telemetry/index.ts';
import type { ThreadStore } from '../services/threads/index.ts';
import type { AccessTokens } from './access-tokens.ts';
import type { ChatOfMessage, ConversationPlace } from './conversation-place.ts';

/** What a platform sends, as it came: verification needs the raw bytes. Header names are lower-case. */
export interface ChannelRequest {
  method: string;
  headers: Record<string, string | undefined>;
  query: Record<string, string | undefined>;
  rawBody: Uint8Array;
  /** Epoch milliseconds. */
  now: number;
}

/** What a channel knows of a message; conversation, run, flow and trace are added where it is taken in. */
export interface ParsedMessage
  extends Pick<InboundMessage, 'id' | 'sender' | 'text' | 'language' | 'attachments' | 'quotes' | 'replyTo'> {
  chat: ChatOfMessage;
  /** Whether the account is spoken to: in a direct chat always. */
  mentioned: boolean;
  /** A bot wrote it, this account perhaps: never answered. */
  fromBot?: true;
  /** Somebody pressed a button: `text` is the command that it stands for, and needs no mention. */
  pressed?: true;
  /** The platform's event as JSON for diagnosis, without what would let its reader speak: tokens, webhook addresses. */
  raw?: JsonObject;
}

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

/** What calls to a platform work with. */
export interface ChannelDependencies {
  egress: Egress;
  tokens: AccessTokens;
  /** Where chats are that Errand itself shows. */
  threads?: Pick<ThreadStore, 'say'>;
  signal?: AbortSignal;
  /** Epoch milliseconds. */
  now: number;
}

export interface CheckDependencies extends ChannelDependencies {
  /** Where the platform reaches the account. */
  callbackUrl?: string;
}

export interface PostDependencies extends ChannelDependencies {
  /** The same at every try of the same words, at most 50 characters: the platform's idempotency key where it has one. */
  key: string;
}

/** What is known of a message that the platform took. */
export interface SendReceipt {
  /** The platform's id of it: what `Delivery.edits` may name later. */
  providerId?: string;
}

/** One message of the several that a long text becomes. */
export interface Posting {
  post(dependencies: ChannelDependencies): Promise<SendReceipt>;
}

/** How much a platform takes before it refuses; absent: as much as comes. */
export interface SendLimits {
  account?: Rate;
  conversation?: Rate;
}

export interface ConnectDependencies extends Omit<ChannelDependencies, 'signal' | 'now'> {
  logger: Logger;
  /** Takes a genuine message. Resolves once it is durable: only then may it be acknowledged. Rejects when it could not be. */
  take(message: ParsedMessage): Promise<void>;
  /** Something came that is no message: of interest to whoever sets the account up. */
  ignored(reason: string): void;
  /** The platform was heard: an event, a ping, an answer to one. */
  alive(): void;
  /** Epoch milliseconds. */
  clock(): number;
}

/** An open long connection. */
export interface Connection {
  /** Resolves when the platform ended it or it went silent, with the reason; never rejects. */
  ended: Promise<string>;
  /** Takes nothing more; resolves when what was being taken is acknowledged and the socket is closed. */
  close(): Promise<void>;
}

/** One thing that `check` looked at. `detail` says it in plain words, with the remedy when it failed. */
export interface AccountCheck {
  name: string;
  ok: boolean;
  detail: string;
}

/** A file that somebody sent, as the platform gave it. */
export interface FetchedAttachment {
  body: Uint8Array;
  mimeType?: string;
  name?: string;
}

/**
 * One kind of chat platform, as its folder writes it. `Words` is what one of its messages is made of: plain data, so
 * that what is said can be tested without a server.
 */
export interface ChannelDefinition<Kind extends ChannelKind, Words> {
  kind: Kind;
  /** Whether what was said can be changed afterwards: progress is shown in one message that is edited. */
  edits?: true | ((account: AccountOf<Kind>) => boolean);
  /** How long the platform recognises the same posting by its key, in milliseconds. */
  deduplicatesForMs?: number;
  /**
   * Who sends is a program that can be told to slow down: 429 above the rate. A platform is answered 2xx instead, which
   * would else send again what was too much already.
   */
  refusesExcess?: true;
  /** Why an account cannot start, one sentence each; empty when it can. Never repeats a secret. */
  problems(account: AccountOf<Kind>): string[];
  /** Verifies and parses a callback. Absent where nothing comes by HTTP. */
  receive?(request: ChannelRequest, account: AccountOf<Kind>): ReceiveResult;
  /** Whether the account is to hold a long connection instead. */
  connects?(account: AccountOf<Kind>): boolean;
  /** Whether two connections of an account may be open for a moment, so that a new one is there before the old one goes. */
  connectionsOverlap?: boolean;
  /** Opens the long connection; resolves once the platform confirmed it. Throws `DeliveryError`. */
  connect?(account: AccountOf<Kind>, dependencies: ConnectDependencies): Promise<Connection>;
  /**
   * A reply address in a conversation that did not just write. Throws `DeliveryError` where the platform, or how the
   * account is configured, has none.
   */
  addressOf(account: AccountOf<Kind>, place: ConversationPlace): JsonObject;
  limits?(account: AccountOf<Kind>, conversation: string): SendLimits;
  /** The messages that a delivery becomes, in order: converted to the platform's dialect, split to its sizes. */
  compose(delivery: Delivery, account: AccountOf<Kind>): Words[];
  /** Says one of them. Throws `DeliveryError`. */
  post(words: Words, account: AccountOf<Kind>, dependencies: PostDependencies): Promise<SendReceipt>;
  /** Shows that something is being done, at once and for some seconds. Best effort. */
  typing?(replyTo: JsonObject, account: AccountOf<Kind>, dependencies: ChannelDependencies): Promise<void>;
  /** Downloads what an attachment's `source` names, at most `maxBytes`. Throws `DeliveryError`, `ObjectTooLarge`. */
  fetchAttachment?(
    attachment: Attachment,
    account: AccountOf<Kind>,
    dependencies: ChannelDependencies & { maxBytes: number },
  ): Promise<FetchedAttachment>;
  /** Whether the credentials work and what they may do, asked of the platform, and told it where it cannot be seen. */
  check?(account: AccountOf<Kind>, dependencies: CheckDependencies): Promise<AccountCheck[]>;
}

/** One kind of chat platform, whichever it is: made by `defineChannel`. */
export interface Channel {
  kind: ChannelKind;
  edits(account: AccountConfig): boolean;
  deduplicatesForMs: number;
  refusesExcess: boolean;
  connectionsOverlap: boolean;
  problems(account: AccountConfig): string[];
  receive?(request: ChannelRequest, account: AccountConfig): ReceiveResult;
  connects(account: AccountConfig): boolean;
  connect?(account: AccountConfig, dependencies: ConnectDependencies): Promise<Connection>;
  addressOf(account: AccountConfig, place: ConversationPlace): JsonObject;
  limits(account: AccountConfig, conversation: string): SendLimits;
  postings(delivery: Delivery, account: AccountConfig): Posting[];
  typing?(replyTo: JsonObject, account: AccountConfig, dependencies: ChannelDependencies): Promise<void>;
  fetchAttachment?(
    attachment: Attachment,
    account: AccountConfig,
    dependencies: ChannelDependencies & { maxBytes: number },
  ): Promise<FetchedAttachment>;
  check?(account: AccountConfig, dependencies: CheckDependencies): Promise<AccountCheck[]>;
}
