import { constants } from 'node:os';

/** `LOCK_EX | LOCK_NB` of flock(2), the same on Linux and macOS. */
const exclusiveNonBlocking = 2 | 4;

/** The C library by platform, the likeliest name first: glibc, then musl. */
function libraries(platform: NodeJS.Platform): string[] {
  if (platform === 'darwin') return ['libSystem.B.dylib'];
  if (platform !== 'linux') return [];
  const architecture = { x64: 'x86_64', arm64: 'aarch64' }[process.arch as string] ?? process.arch;
  return ['libc.so.6', `libc.musl-${architecture}.so.1`, 'libc.so'];
}

/** flock(2) is not to be had here, or not on this file system; `code` is errno where the call was made. */
export class FlockUnsupported extends Error {
  override readonly name = 'FlockUnsupported';
}

/**
 * Takes flock(2) on an open file, exclusively and without waiting. False when another process holds it.
 * The kernel releases it when the last descriptor is closed, by whatever end of the process; Node opens files
 * close-on-exec, so children do not hold it. Throws `FlockUnsupported`.
 */
export async function tryFlock(descriptor: number): Promise<boolean> {
  const names = libraries(process.platform);
  if (names.length === 0) throw new FlockUnsupported(`there is no flock(2) on ${process.platform}`);
  const { default: koffi } = await import('koffi');
  for (const name of names) {
    let library: ReturnType<typeof koffi.load>;
    try {
      library = koffi.load(name);
    } catch {
      continue;
    }
    const flock = library.func('int flock(int descriptor, int operation)');
    for (;;) {
      if (flock(descriptor, exclusiveNonBlocking) === 0) return true;
      const errno = koffi.errno();
      if (errno === constants.errno.EWOULDBLOCK) return false;
      if (errno !== constants.errno.EINTR) throw new FlockUnsupported(`flock(2) failed with errno ${errno}`);
    }
  }
  throw new FlockUnsupported(`none of ${names.join(', ')} could be loaded`);
}
