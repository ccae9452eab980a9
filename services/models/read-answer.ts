import { type Answer, AnswerBuilder } from './answer.ts';
import { AttemptFailure } from './attempt-failure.ts';
import { EventStreamParser } from './event-stream.ts';

/** Bytes on the wire: JSON in one piece, and a stream whose every token comes in an envelope. */
const longestBodyBytes = 2_000_000;
const longestStreamBytes = 48_000_000;

/** Told how the reading goes, so that deadlines can be kept. */
export interface Progress {
  /** A token came. */
  token(): void;
  /** The answer is complete; only accounts and the end of the stream are still to come. */
  complete(): void;
  /** True once the wait for what follows a complete answer is over. */
  enough(): boolean;
}

/** Reads a completion, as a stream of events or as one JSON object, told apart by its first character. */
export async function readAnswer(
  response: Response,
  tools: ReadonlySet<string>,
  progress: Progress,
): Promise<Answer> {
  const builder = new AnswerBuilder(tools);
  const events = new EventStreamParser((data) => {
    const wasComplete = builder.complete;
    if (builder.event(data)) progress.token();
    if (!wasComplete && builder.complete) progress.complete();
  });
  let form: 'json' | 'stream' | undefined;
  let body = '';
  let bytes = 0;
  const decoder = new TextDecoder();
  try {
    for await (const piece of piecesOf(response)) {
      bytes += piece.byteLength;
      const text = decoder.decode(piece, { stream: true });
      form ??= formOf(text);
      if (bytes > (form === 'json' ? longestBodyBytes : longestStreamBytes)) {
        throw new AttemptFailure('tooLarge', 'the answer is too long');
      }
      if (form === 'json') body += text;
      else events.push(text);
    }
  } catch (error) {
    if (!(builder.complete && progress.enough())) throw error;
    const answer = builder.finish();
    return { ...answer, quirks: [...answer.quirks, 'staysOpen'] };
  }
  if (form === 'json') builder.whole(body);
  else events.push('\n');
  return builder.finish();
}

/** Undefined while there was only white space. */
function formOf(text: string): 'json' | 'stream' | undefined {
  const first = text.trimStart()[0];
  if (first === '<') throw new AttemptFailure('unavailable', 'the endpoint answered with HTML');
  if (first === undefined) return undefined;
  return first === '{' ? 'json' : 'stream';
}

/** A reader by hand: iterating a web stream costs half as much again. */
async function* piecesOf(response: Response): AsyncGenerator<Uint8Array> {
  const reader = response.body?.getReader();
  if (!reader) return;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    yield value;
  }
}
