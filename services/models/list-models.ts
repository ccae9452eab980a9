import type { OpenAI } from 'openai';
import { z } from 'zod';
import { AttemptFailure, failureOf } from './attempt-failure.ts';

const longestListBytes = 2_000_000;
const mostShown = 1_000;
const entry = z.object({ id: z.string().max(300) });
/** As OpenAI has it, or the bare list of some. */
const list = z.union([z.object({ data: z.array(entry) }).transform(({ data }) => data), z.array(entry)]);
/** It is there, but keeps no list. */
const withoutList: ReadonlySet<number> = new Set([404, 405, 501]);

/** The models an endpoint says it has; null when it keeps no list. Generates nothing. Throws `AttemptFailure`. */
export async function listModels(client: OpenAI, timeoutMs: number): Promise<string[] | null> {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), timeoutMs);
  try {
    const response = await client.get('/models', { signal: controller.signal }).asResponse();
    const text = await textOf(response);
    if (text.trimStart().startsWith('<')) {
      throw new AttemptFailure('unavailable', 'the endpoint answered with HTML');
    }
    const parsed = list.safeParse(parseJson(text));
    if (!parsed.success) throw new AttemptFailure('unavailable', 'the list of models cannot be read');
    return parsed.data.slice(0, mostShown).map(({ id }) => id);
  } catch (error) {
    if (controller.signal.aborted) {
      throw new AttemptFailure('unavailable', `no answer within ${timeoutMs} ms`, { timedOut: true });
    }
    const failure = failureOf(error);
    if (failure.facts.status !== undefined && withoutList.has(failure.facts.status)) return null;
    throw failure;
  } finally {
    clearTimeout(timer);
  }
}

async function textOf(response: Response): Promise<string> {
  const reader = response.body?.getReader();
  const decoder = new TextDecoder();
  let text = '';
  while (reader) {
    const { done, value } = await reader.read();
    if (done) return text;
    text += decoder.decode(value, { stream: true });
    if (text.length > longestListBytes) {
      await reader.cancel();
      throw new AttemptFailure('tooLarge', 'the list of models is too long');
    }
  }
  return text;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
