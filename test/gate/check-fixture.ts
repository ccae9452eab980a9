import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const project = fileURLToPath(new URL('../../', import.meta.url));

const configuration = ['biome.json', 'tsconfig.json', 'knip.json', '.dependency-cruiser.cjs', '.gitignore'];
const tools = ['@biomejs', '@types', 'typescript', 'dependency-cruiser', 'knip', 'vitest'];

/** A small project under the real checks. */
export interface CheckFixture {
  write(files: Record<string, string>): Promise<void>;
  /** Runs `check.mjs` with the given names. */
  check(...names: string[]): Promise<{ code: number; output: string }>;
  remove(): Promise<void>;
}

/** Copies the configuration of the checks beside a few sources; packages are stubs, the tools are the real ones. */
export async function createCheckFixture(
  files: Record<string, string>,
  packages: string[],
): Promise<CheckFixture> {
  const root = await mkdtemp(join(tmpdir(), 'errand-checks-'));
  const write = async (written: Record<string, string>) => {
    for (const [path, text] of Object.entries(written)) {
      await mkdir(dirname(join(root, path)), { recursive: true });
      await writeFile(join(root, path), text);
    }
  };
  for (const path of [...configuration, 'infra/first-run']) {
    await cp(join(project, path), join(root, path), { recursive: true });
  }
  await mkdir(join(root, 'node_modules'));
  for (const name of tools)
    await symlink(join(project, 'node_modules', name), join(root, 'node_modules', name));
  for (const name of packages) {
    await write({
      [`node_modules/${name}/package.json`]: JSON.stringify({
        name,
        version: '1.0.0',
        types: './index.d.ts',
      }),
      [`node_modules/${name}/index.js`]: '',
      [`node_modules/${name}/index.d.ts`]:
        'export declare const stub: string;\nexport interface Stub { a: string }\n',
    });
  }
  await write({ 'node_modules/.package-lock.json': '{"packages":{}}', ...files });
  return {
    write,
    check: (...names) =>
      new Promise((resolve) => {
        const script = join(root, 'infra/first-run/check.mjs');
        execFile(process.execPath, [script, ...names], { cwd: root }, (error, stdout, stderr) => {
          resolve({ code: error ? Number(error.code) : 0, output: stdout + stderr });
        });
      }),
    remove: () => rm(root, { recursive: true }),
  };
}
