import type { ToolCall } from '../../contracts/chat.ts';
import type { ModelQuirk } from '../../contracts/model-quirk.ts';
import { chunk, completion, partsOf, type WireSaid } from './answer-wire.ts';
import { AttemptFailure } from './attempt-failure.ts';
import { splitThinking } from './thinking.ts';
import { ToolCallBuilder } from './tool-calls.ts';

/** What an endpoint answered in one attempt. */
export interface Answer {
  /** Empty only where tools are called. */
  text: string;
  toolCalls: ToolCall[];
  /** What the model thought before it, where the endpoint tells. */
  reasoning?: string;
  /** As the endpoint counted them; absent when it did not say. */
  tokens?: { prompt: number; completion: number };
  /** What the endpoint did otherwise than most. */
  quirks: ModelQuirk[];
}

/** Longest answer, in UTF-8 bytes; leaves room for JSON's escapes below the limit of a node's output. */
const longestAnswerBytes = 200_000;
/** Thinking beyond it is not kept, in UTF-16 units. */
const longestReasoning = 200_000;
const noTools: ReadonlySet<string> = new Set();

/** Gathers an answer from stream events, or takes it in one piece. Reasoning is kept apart from it. */
export class AnswerBuilder {
  readonly #tools: ReadonlySet<string>;
  readonly #calls = new ToolCallBuilder();
  readonly #quirks = new Set<ModelQuirk>();
  #text = '';
  #reasoning = '';
  #bytes = 0;
  #refusal = false;
  #finish: string | undefined;
  #done = false;
  #tokens: Answer['tokens'];

  /** `tools`: the names of those that the model was told of. */
  constructor(tools: ReadonlySet<string> = noTools) {
    this.#tools = tools;
  }

  /** Whether the endpoint has said that the answer is complete. */
  get complete(): boolean {
    return this.#done || this.#finish !== undefined;
  }

  /** Whether nothing more is to be expected. */
  get done(): boolean {
    return this.#done;
  }

  get text(): string {
    return this.#text;
  }

  /** Takes the data of one event; true when it carried a token, of reasoning, of a tool call or of the answer. */
  event(data: string): boolean {
    if (data.startsWith('[DONE]')) {
      this.#done = true;
      return false;
    }
    const parsed = chunk.safeParse(parseJson(data));
    if (!parsed.success) throw new AttemptFailure('unavailable', 'the stream is not a chat completion');
    const { choices, usage, error } = parsed.data;
    if (error !== undefined && error !== null) {
      throw new AttemptFailure('unavailable', `error in the stream: ${JSON.stringify(error).slice(0, 300)}`);
    }
    if (usage) this.#tokens = { prompt: usage.prompt_tokens, completion: usage.completion_tokens };
    const choice = choices?.[0];
    if (!choice) return false;
    if (choice.finish_reason) this.#finish = choice.finish_reason;
    return choice.delta ? this.#take(choice.delta) : false;
  }

  /** Takes a whole completion. */
  whole(body: string): void {
    const parsed = completion.safeParse(parseJson(body));
    const choice = parsed.data?.choices[0];
    if (!parsed.success || !choice) {
      throw new AttemptFailure('unavailable', 'the body is not a chat completion');
    }
    const { usage } = parsed.data;
    if (usage) this.#tokens = { prompt: usage.prompt_tokens, completion: usage.completion_tokens };
    this.#take(choice.message);
    this.#finish = choice.finish_reason ?? 'stop';
    this.#done = true;
    this.#quirks.add('unstreamed');
  }

  /** The answer. Fails when the endpoint stopped half-way, said nothing, or refused to speak. */
  finish(): Answer {
    if (!this.complete) throw new AttemptFailure('unavailable', 'the stream ended before the answer did');
    const { text, thinking } = splitThinking(this.#text);
    if (text === '' && this.#calls.isEmpty) {
      if (this.#refusal || this.#finish === 'content_filter') {
        throw new AttemptFailure('rejected', 'the endpoint withheld its answer');
      }
      throw new AttemptFailure('unavailable', 'the answer is empty');
    }
    if (thinking) this.#quirks.add('thinkTags');
    if (!this.#tokens) this.#quirks.add('noUsage');
    if (!this.#done) this.#quirks.add('noDone');
    if (this.#calls.lacksIds) this.#quirks.add('noToolCallIds');
    const reasoning = this.#reasoning.trim() || thinking;
    return {
      text,
      toolCalls: this.#calls.finish(this.#tools),
      ...(reasoning && { reasoning: reasoning.slice(0, longestReasoning) }),
      ...(this.#tokens && { tokens: this.#tokens }),
      quirks: [...this.#quirks],
    };
  }

  #take({ content, reasoning_content, reasoning, refusal, tool_calls }: WireSaid): boolean {
    if (refusal) this.#refusal = true;
    const { text, thinking } = partsOf(content);
    const thought = `${reasoning_content || reasoning || ''}${thinking}`;
    if (thought) this.#think(thought);
    if (text) this.#append(text);
    for (const piece of tool_calls ?? []) this.#count(this.#calls.add(piece));
    return text !== '' || thought !== '' || (tool_calls?.length ?? 0) > 0;
  }

  #think(piece: string): void {
    this.#quirks.add('reasoningField');
    if (this.#reasoning.length < longestReasoning) this.#reasoning += piece;
  }

  #append(piece: string): void {
    this.#count(Buffer.byteLength(piece));
    this.#text += piece;
  }

  #count(bytes: number): void {
    this.#bytes += bytes;
    if (this.#bytes > longestAnswerBytes) {
      throw new AttemptFailure('tooLarge', `the answer is longer than ${longestAnswerBytes} bytes`);
    }
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
