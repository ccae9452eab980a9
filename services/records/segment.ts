import { promisify } from 'node:util';
import { gunzip, gzip, gzipSync } from 'node:zlib';
import { SegmentDamaged } from './errors.ts';

/** Largest segment that is read, in bytes: as stored, and as lines. */
export const segmentLimits = { stored: 16 * 1024 * 1024, lines: 64 * 1024 * 1024 } as const;

const compress = promisify(gzip);
const decompress = promisify(gunzip);

/** Below this a thread of the pool costs more than it saves, bytes. */
const smallBytes = 65_536;

/** Lines, each ended by a newline, as a segment's bytes. */
export async function encodeSegment(lines: string | Uint8Array, level: 1 | 6): Promise<Uint8Array> {
  return lines.length < smallBytes ? gzipSync(lines, { level }) : compress(lines, { level });
}

/** A segment's lines as bytes, the last newline included. Throws `SegmentDamaged`. */
export async function decodeSegment(body: Uint8Array): Promise<Buffer> {
  try {
    return await decompress(body, { maxOutputLength: segmentLimits.lines });
  } catch (error) {
    throw new SegmentDamaged(error instanceof Error ? error.message : 'not gzip', { cause: error });
  }
}

/** The JSON values of decoded lines, one by one. Throws `SegmentDamaged` at the first line that is not JSON. */
export function* parseLines(lines: Buffer): Generator<unknown> {
  for (let start = 0; start < lines.length; ) {
    const newline = lines.indexOf(10, start);
    const end = newline < 0 ? lines.length : newline;
    if (end > start) yield parseLine(lines.toString('utf8', start, end));
    start = end + 1;
  }
}

function parseLine(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch (error) {
    throw new SegmentDamaged('a line is not JSON', { cause: error });
  }
}
