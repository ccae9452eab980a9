import { AttemptFailure } from './attempt-failure.ts';

/** Longest line of a stream, in UTF-16 units; vendors send some hundreds. */
const longestLine = 1_000_000;

/**
 * Takes server-sent events apart as text arrives in any pieces (https://html.spec.whatwg.org/multipage/server-sent-events.html).
 * Model endpoints send one `data:` line per event, so each is handed on as soon as its line is whole.
 */
export class EventStreamParser {
  readonly #onData: (data: string) => void;
  #rest = '';

  constructor(onData: (data: string) => void) {
    this.#onData = onData;
  }

  push(text: string): void {
    const pending = this.#rest + text;
    let from = 0;
    for (let end = pending.indexOf('\n'); end >= 0; end = pending.indexOf('\n', from)) {
      const line = pending.slice(from, pending.charCodeAt(end - 1) === 0x0d ? end - 1 : end);
      from = end + 1;
      if (line.startsWith('data:')) this.#onData(line.slice(line.charCodeAt(5) === 0x20 ? 6 : 5));
    }
    this.#rest = pending.slice(from);
    if (this.#rest.length > longestLine)
      throw new AttemptFailure('tooLarge', 'a line of the stream is too long');
  }
}
