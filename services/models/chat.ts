import type { z } from 'zod';
import type { ChatMessage, ToolCall, ToolDescription } from '../../contracts/chat.ts';
import type { Language } from '../../contracts/errors.ts';
import type { Json, JsonObject } from '../../contracts/json.ts';
import type { ModelStatus, ModelTest } from '../../contracts/model-status.ts';
import type { Usage } from '../../contracts/usage.ts';

export interface CompletionRequest {
  messages: ChatMessage[];
  /** What the model may ask to have done. */
  tools?: readonly ToolDescription[];
  /** Id of the endpoint that is asked first; the others stand in for it. One that is not configured is passed over. */
  model?: string | undefined;
  /** What this call is known by where it is recorded; made up without. The same again counts again. */
  callId?: string;
  /** Of the person; what the gateway itself says to a model is in this language too. */
  language: Language;
  /** Aborted: the call ends at once and rejects with the signal's reason. */
  signal: AbortSignal;
  temperature?: number;
  maxTokens?: number;
  /** Fields for the log lines of this call. */
  trace?: Record<string, string>;
}

/** The form an answer must have. */
export interface AnswerForm<T> {
  /** Letters, digits, `_` and `-`, at most 64. */
  name: string;
  schema: z.ZodType<T>;
  /** What the endpoint is told; derived from `schema` when absent. */
  jsonSchema?: JsonObject;
  /** What the schema cannot say: returns what is wrong, in words the model understands. */
  check?(value: T): string | undefined;
}

export interface StructuredRequest<T> extends CompletionRequest {
  schema: AnswerForm<T>;
}

export interface Completion {
  /** Empty only where tools are called. */
  text: string;
  toolCalls: ToolCall[];
  /** What the model thought, where its endpoint tells. */
  reasoning?: string;
  /** Every attempt counted, repeats and repairs included. */
  usage: Usage;
  /** Id of the endpoint that answered. */
  model: string;
}

export interface StructuredCompletion<T extends Json | object> extends Completion {
  json: T;
}

/** Models behind one door. Both calls throw `ModelError`, or the signal's reason. */
export interface ModelGateway {
  complete<T extends object>(request: StructuredRequest<T>): Promise<StructuredCompletion<T>>;
  complete(request: CompletionRequest): Promise<Completion>;
  /** The smallest context among the endpoints, in tokens: what a prompt must fit into wherever it ends up. */
  readonly contextTokens: number;
  /** How each endpoint stands, in order of preference. */
  status(): ModelStatus[];
  /** Asks an endpoint which models it has; undefined when there is no such endpoint. Never throws. */
  test(id: string): Promise<ModelTest | undefined>;
  /** Looks after endpoints that nobody asks, until it is closed. */
  watch(): void;
  close(): void;
}
