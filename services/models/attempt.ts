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
const afterwordMs = 1_000;

/**
 * One request to one endpoint, read to its end within the deadlines. Throws `AttemptFailure`, or the signal's reason
 * when the caller gave up.
 */
export async function attempt(
  client: OpenAI,
  params: ChatCompletionCreateParams,
  { firstTokenMs, totalMs }: Deadlines,
  signal: AbortSignal,
): Promise<Answer> {
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
  try {
    const response = await client.chat.completions
      .create(params, { signal: controller.signal, timeout: totalMs + 1_000 })
      .asResponse();
    return await readAnswer(response, {
      token: () => silence.refresh(),
      complete: () => {
        clearTimeout(silence);
        afterword = setTimeout(() => {
          enough = true;
          controller.abort();
        }, afterwordMs);
      },
      enough: () => enough,
    });
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
