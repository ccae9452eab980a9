import type { JsonObject } from './json.ts';

/** A tool as a model is told of it. `parameters`: JSON Schema of an object. */
export interface ToolDescription {
  /** Letters, digits, `_` and `-`, at most 64. */
  name: string;
  description: string;
  parameters: JsonObject;
}

/** What a model wants done. What it wrote is data: neither the name nor the arguments need make sense. */
export interface ToolCall {
  /** The endpoint's own, or one made up where it gives none. */
  id: string;
  name: string;
  /** As written. */
  written: string;
  /** Absent when there is a problem. Not checked against the tool's schema. */
  arguments?: JsonObject;
  problem?: 'unknownTool' | 'argumentsNotJson';
}

/** One message of a chat as models take it. */
export type ChatMessage =
  | { role: 'system' | 'user'; content: string }
  | {
      role: 'assistant';
      content: string;
      toolCalls?: ToolCall[];
      /** What the model thought before it; some endpoints want it back with its tool calls. */
      reasoning?: string;
    }
  | { role: 'tool'; content: string; toolCallId: string };
