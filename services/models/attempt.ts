import type { OpenAI } from 'openai';
import type { ChatCompletionCreateParams } from 'openai/resources/chat/completions';
import type { Answer } from './answer.ts';
import { AttemptFailure, failureOf } from './attempt-failure.ts';
import { readAnswer } from './read-answer.ts';

export interface Deadlines {
  /** Longest silence before the first token and between tokens. */
  firstTokenMs: number;
  totalMs: number;
}

/** After an answer is complete its accounts may follow; nobody waits longer for them. */
export const afterwordMs = 1_000;

interface AttemptOptions {
  params: ChatCompletionCreateParams;
  /** Names of the tools in them. */
  tools: ReadonlySet<string>;
  deadlines: Deadlines;
  /** How long what follows a complete answer is waited for. */
  afterwordMs: number;
  signal: AbortSignal;
}

/**
 * One request to one endpoint, read to its end within the deadlines. Throws `AttemptFailure`, or the signal's reason
 * when the caller gave up.
 */
export async function attempt(
  client: OpenAI,
  { params, tools, deadlines: { firstTokenMs, totalMs }, afterwordMs, signal }: AttemptOptions,
): Promise<Answer & { firstTokenMs: number }> {
  signal.throwIfAborted();
  const controller = new AbortController();
  let late: AttemptFailure | undefined;
  let enough = false;
  const giveUp = (failure?: AttemptFailure) => {
    late = failure;
    controller.abort();
  };
  const onAbort = () => giveUp();
  const tooSilent = () =>
    giveUp(new AttemptFailure('unavailable', `no token within ${firstTokenMs} ms`, { timedOut: true }));
  const tooLong = () =>
    giveUp(new AttemptFailure('unavailable', `no answer within ${totalMs} ms`, { timedOut: true }));
  const silence = setTimeout(tooSilent, firstTokenMs);
  const total = setTimeout(tooLong, totalMs);
  let afterword: NodeJS.Timeout | undefined;
  signal.addEventListener('abort', onAbort, { once: true });
  const startedAt = performance.now();
  let tookMs: number | undefined;
  const elapsed = () => performance.now() - startedAt;
  try {
    const response = await client.chat.completions
      .create(params, { signal: controller.signal, timeout: totalMs + 1_000 })
      .asResponse();
    const answer = await readAnswer(response, tools, {
      token: () => {
        tookMs ??= elapsed();
        silence.refresh();
      },
      complete: () => {
        clearTimeout(silence);
        afterword = setTimeout(() => {
          enough = true;
          controller.abort();
        }, afterwordMs);
      },
      enough: () => enough,
    });
    return { ...answer, firstTokenMs: tookMs ?? elapsed() };
  } catch (error) {
    controller.abort();
    signal.throwIfAborted();
    throw late ?? failureOf(error);
  } finally {
    clearTimeout(silence);
    clearTimeout(total);
    clearTimeout(afterword);
    signal.removeEventListener('abort', onAbort);
  }
}
