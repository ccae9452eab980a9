import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { ToolCall } from '../../contracts/chat.ts';
import { jsonObject } from '../../contracts/json.ts';
import { AttemptFailure } from './attempt-failure.ts';

/** Nobody waits for more at once. */
const mostCalls = 64;

/** A piece of a call in a stream, or a whole one. Some vendors leave out index or id, or write arguments as an object. */
export const toolCallPiece = z.object({
  index: z.number().int().nullish(),
  id: z.string().nullish(),
  function: z
    .object({ name: z.string().nullish(), arguments: z.union([z.string(), jsonObject]).nullish() })
    .nullish(),
});
type ToolCallPiece = z.infer<typeof toolCallPiece>;

interface Gathered {
  index: number | undefined;
  id: string;
  name: string;
  written: string;
}

/** Puts tool calls together from the pieces of a stream. */
export class ToolCallBuilder {
  readonly #calls: Gathered[] = [];

  get isEmpty(): boolean {
    return this.#calls.length === 0;
  }

  /** Whether a call came without an id. */
  get lacksIds(): boolean {
    return this.#calls.some(({ id }) => id === '');
  }

  /** Takes a piece; returns how many bytes it added. */
  add(piece: ToolCallPiece): number {
    const { name, arguments: given = '' } = piece.function ?? {};
    const written = typeof given === 'string' ? given : JSON.stringify(given);
    const call = this.#find(piece) ?? this.#begin(piece.index ?? undefined);
    // Repeated in every piece by some vendors.
    if (piece.id) call.id = piece.id;
    if (name) call.name = name;
    if (written !== 'null') call.written += written;
    return Buffer.byteLength(written) + (name?.length ?? 0);
  }

  /** What the model wants done. `names`: of the tools that it was told of. */
  finish(names: ReadonlySet<string>): ToolCall[] {
    return this.#calls.map(({ id, name, written }) => ({
      id: id || `call_${randomBytes(8).toString('hex')}`,
      name,
      written,
      ...judged(name, written, names),
    }));
  }

  #find({ index, id, function: called }: ToolCallPiece): Gathered | undefined {
    if (index !== null && index !== undefined) return this.#calls.find((call) => call.index === index);
    if (id) return this.#calls.find((call) => call.id === id);
    return called?.name ? undefined : this.#calls.at(-1);
  }

  #begin(index: number | undefined): Gathered {
    if (this.#calls.length >= mostCalls) {
      throw new AttemptFailure('tooLarge', `the answer holds more than ${mostCalls} tool calls`);
    }
    const call = { index, id: '', name: '', written: '' };
    this.#calls.push(call);
    return call;
  }
}

function judged(
  name: string,
  written: string,
  names: ReadonlySet<string>,
): Pick<ToolCall, 'arguments' | 'problem'> {
  if (!names.has(name)) return { problem: 'unknownTool' };
  const given = argumentsOf(written);
  return given ? { arguments: given } : { problem: 'argumentsNotJson' };
}

/** A tool without arguments is called with nothing at all by some models. */
function argumentsOf(written: string): ToolCall['arguments'] {
  if (written.trim() === '') return {};
  try {
    return jsonObject.safeParse(JSON.parse(written)).data;
  } catch {
    return undefined;
  }
}
