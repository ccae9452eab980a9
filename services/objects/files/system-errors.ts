import { FlockUnsupported } from '../../locks/index.ts';
import { InvalidKey, ObjectStoreUnavailable } from '../errors.ts';

/** The `code` of a system error, such as `ENOENT`. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** What a caller of the store is told of a system error; other errors as they are. */
export function fromSystemError(error: unknown, key: string): unknown {
  if (error instanceof FlockUnsupported) {
    return new ObjectStoreUnavailable(`${error.message}: use an s3:// object store`, { cause: error });
  }
  const code = codeOf(error);
  if (!code || !(error instanceof Error && 'syscall' in error)) return error;
  if (code === 'EISDIR' || code === 'ENOTDIR') return new InvalidKey(key, 'is a folder, or inside an object');
  return new ObjectStoreUnavailable(`the file of ${key} cannot be used: ${code}`, { cause: error });
}
