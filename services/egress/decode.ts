import { promisify } from 'node:util';
import { brotliDecompress, gunzip } from 'node:zlib';
import { EgressError } from './egress-error.ts';

const unpack = {
  gzip: promisify(gunzip),
  'x-gzip': promisify(gunzip),
  br: promisify(brotliDecompress),
};
type Coding = keyof typeof unpack;

/** What is offered to servers. */
export const acceptEncoding = 'gzip, br';

/** Whether a `content-encoding` is one that `decode` undoes. */
export function isDecodable(coding: string | undefined): coding is Coding {
  return coding !== undefined && Object.hasOwn(unpack, coding);
}

/** Undoes a content coding; stops with `TooLarge` as soon as the result would exceed `maxBytes`. */
export async function decode(
  body: Uint8Array,
  coding: Coding,
  maxBytes: number,
  host: string,
): Promise<Uint8Array> {
  if (body.byteLength === 0) return body;
  try {
    return await unpack[coding](body, { maxOutputLength: maxBytes });
  } catch (error) {
    if (error instanceof RangeError) throw tooLarge(host, maxBytes);
    throw new EgressError('Unreachable', `${host} sent a body that is not valid ${coding}`);
  }
}

export function tooLarge(host: string, maxBytes: number): EgressError {
  return new EgressError('TooLarge', `${host} sent more than ${maxBytes} bytes`);
}
