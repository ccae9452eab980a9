import { z } from 'zod';
import { AttemptFailure } from './attempt-failure.ts';

/** What an endpoint answered in one attempt. */
export interface Answer {
  text: string;
  /** As the endpoint counted them; absent when it did not say. */
  tokens?: { prompt: number; completion: number };
}

/** Endpoints make numbers up, too: what cannot be a count is none. */
const tokenCount = z.number().nonnegative().max(1_000_000_000).transform(Math.ceil).catch(0);
const usageShape = z.object({ prompt_tokens: tokenCount, completion_tokens: tokenCount });
const words = z.string().nullish();

/** One event of a streamed completion: https://platform.openai.com/docs/api-reference/chat-streaming */
const chunk = z.object({
  choices: z
    .array(
      z.object({
        delta: z
          .object({ content: words, reasoning_content: words, reasoning: words, refusal: words })
          .nullish(),
        finish_reason: words,
      }),
    )
    .nullish(),
  usage: usageShape.nullish(),
  error: z.unknown().optional(),
});

/** A completion in one piece. */
const completion = z.object({
  choices: z
    .array(z.object({ message: z.object({ content: words, refusal: words }), finish_reason: words }))
    .min(1),
  usage: usageShape.nullish(),
});

/** Longest answer, in UTF-8 bytes; leaves room for JSON's escapes below the limit of a node's output. */
const longestAnswerBytes = 200_000;

/** Gathers an answer from stream events, or takes it in one piece. Reasoning is not part of it. */
export class AnswerBuilder {
  #text = '';
  #bytes = 0;
  #refusal = false;
  #finish: string | undefined;
  #done = false;
  #tokens: Answer['tokens'];

  /** Whether the endpoint has said that the answer is complete. */
  get complete(): boolean {
    return this.#done || this.#finish !== undefined;
  }

  get text(): string {
    return this.#text;
  }

  /** Takes the data of one event; true when it carried a token, of reasoning or of the answer. */
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
    const { delta } = choice;
    if (delta?.refusal) this.#refusal = true;
    if (delta?.content) this.#append(delta.content);
    return Boolean(delta?.content || delta?.reasoning_content || delta?.reasoning);
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
    if (choice.message.refusal) this.#refusal = true;
    this.#append(choice.message.content ?? '');
    this.#finish = choice.finish_reason ?? 'stop';
  }

  /** The answer. Fails when the endpoint stopped half-way, said nothing, or refused to speak. */
  finish(): Answer {
    if (!this.complete) throw new AttemptFailure('unavailable', 'the stream ended before the answer did');
    const text = withoutThinking(this.#text);
    if (text === '') {
      if (this.#refusal || this.#finish === 'content_filter') {
        throw new AttemptFailure('rejected', 'the endpoint withheld its answer');
      }
      throw new AttemptFailure('unavailable', 'the answer is empty');
    }
    return { text, ...(this.#tokens && { tokens: this.#tokens }) };
  }

  #append(piece: string): void {
    this.#bytes += Buffer.byteLength(piece);
    if (this.#bytes > longestAnswerBytes) {
      throw new AttemptFailure('tooLarge', `the answer is longer than ${longestAnswerBytes} bytes`);
    }
    this.#text += piece;
  }
}

/**
 * Drops the thinking that some models put before their answer: `<think>…</think>`, where the opening tag may be part of
 * the prompt and thus missing. Thinking that never ends leaves nothing.
 */
export function withoutThinking(text: string): string {
  const trimmed = text.trim();
  const end = trimmed.indexOf('</think>');
  if (trimmed.startsWith('<think>')) return end < 0 ? '' : trimmed.slice(end + 8).trim();
  return end >= 0 && trimmed[end + 8] === '\n' ? trimmed.slice(end + 8).trim() : trimmed;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
