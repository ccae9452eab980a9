import type { IncomingMessage } from 'node:http';
import { ProblemError } from './problems.ts';

export interface BodyLimits {
  bytes: number;
  /** From the first byte asked for to the last one read. */
  ms: number;
}

/**
 * The raw bytes of a request, counted while they arrive. Reads node's own stream when there is one: a web stream around it
 * costs more than the rest of the acceptance path. Throws `ProblemError`: `too-large`, `timeout`, or `bad-request` when it ends early.
 */
export async function readBody(
  request: Request,
  incoming: IncomingMessage | undefined,
  limits: BodyLimits,
): Promise<Uint8Array> {
  if (Number(request.headers.get('content-length') ?? 0) > limits.bytes) throw tooLarge(limits.bytes);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(tooSlow(limits.ms)), limits.ms);
  });
  try {
    return await Promise.race([collect(chunksOf(request, incoming), limits.bytes), late]);
  } catch (error) {
    if (error instanceof ProblemError) throw error;
    throw new ProblemError('bad-request', { detail: 'The body ended early.' });
  } finally {
    clearTimeout(timer);
  }
}

function chunksOf(request: Request, incoming: IncomingMessage | undefined): AsyncIterable<Uint8Array> {
  // An answer must still be possible when the reading is given up: the socket is kept.
  if (incoming) return incoming.iterator({ destroyOnReturn: false });
  return request.body ?? new Blob([]).stream();
}

async function collect(source: AsyncIterable<Uint8Array>, limit: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of source) {
    size += chunk.byteLength;
    if (size > limit) throw tooLarge(limit);
    chunks.push(chunk);
  }
  return chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks);
}

function tooLarge(bytes: number): ProblemError {
  return new ProblemError('too-large', {
    detail: `The body is larger than ${bytes} bytes.`,
    headers: { connection: 'close' },
  });
}

function tooSlow(ms: number): ProblemError {
  return new ProblemError('timeout', {
    detail: `The body did not arrive within ${ms / 1_000} seconds.`,
    headers: { connection: 'close' },
  });
}
