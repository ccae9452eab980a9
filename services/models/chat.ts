import type { z } from 'zod';
import type { Language } from '../../contracts/errors.ts';
import type { Json, JsonObject } from '../../contracts/json.ts';
import type { Usage } from '../../contracts/usage.ts';

/** One message of a chat as models take it. */
export interface ChatMessage {
  role: 'system' | 'user' | 'assistant';
  content: string;
}

export interface CompletionRequest {
  messages: ChatMessage[];
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
  text: string;
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
}
