import { constants } from 'node:os';

/** flock(2) operations, the same on Linux and macOS. */
const lockExclusive = 2;
const lockNonBlocking = 4;
const lockRelease = 8;

/** flock(2) is not to be had here, or not on this file system. */
export class FlockUnsupported extends Error {
  override readonly name = 'FlockUnsupported';
}

/**
 * Advisory locks on open files. Node opens files close-on-exec, so children do not hold them. Both throw
 * `FlockUnsupported` where the file system has none.
 */
export interface Flock {
  /** False when the file is locked through another open descriptor, in this process or in any other. */
  tryLock(descriptor: number): boolean;
  unlock(descriptor: number): void;
}

let loaded: Promise<Flock> | undefined;

/** Loads flock(2) from the C library, once. Throws `FlockUnsupported` where there is none. */
export function loadFlock(): Promise<Flock> {
  loaded ??= load();
  return loaded;
}

async function load(): Promise<Flock> {
  const { default: koffi } = await import('koffi');
  for (const name of libraries()) {
    let library: ReturnType<typeof koffi.load>;
    try {
      library = koffi.load(name);
    } catch {
      continue;
    }
    const flock = library.func('int flock(int descriptor, int operation)');
    const call = (descriptor: number, operation: number): boolean => {
      for (;;) {
        if (flock(descriptor, operation) === 0) return true;
        const errno = koffi.errno();
        if (errno === constants.errno.EWOULDBLOCK) return false;
        if (errno !== constants.errno.EINTR)
          throw new FlockUnsupported(`flock(2) failed with errno ${errno}`);
      }
    };
    return {
      tryLock: (descriptor) => call(descriptor, lockExclusive | lockNonBlocking),
      unlock: (descriptor) => {
        call(descriptor, lockRelease);
      },
    };
  }
  throw new FlockUnsupported(`there is no flock(2) on ${process.platform}`);
}

/** The C library's names, the likeliest first: glibc, then musl. */
function libraries(): string[] {
  if (process.platform === 'darwin') return ['libSystem.B.dylib'];
  if (process.platform !== 'linux') return [];
  const machine = { x64: 'x86_64', arm64: 'aarch64' }[String(process.arch)] ?? process.arch;
  return ['libc.so.6', `libc.musl-${machine}.so.1`, 'libc.so'];
}
