import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Refusal, root, say } from './project.mjs';
import { run } from './run.mjs';

const stamp = join(root, 'dist/.sources.json');
const bundler = join(root, 'dist/workers/build-bundle.js');

/** Compiles, and bundles the workflows, unless nothing has changed since that was last done. */
export async function ensureBuilt() {
  const sources = sourceFiles();
  const built = readStamp();
  const changed = Object.keys(sources).filter((path) => built[path] !== sources[path]);
  const gone = Object.keys(built).filter((path) => !(path in sources));
  if (changed.length + gone.length === 0) return;
  say(`Building ${changed.length} changed of ${Object.keys(sources).length} files (tsc) …`);
  rmSync(stamp, { force: true });
  for (const path of gone) removeOutput(path);
  const compiler = await run(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.json'], {
    beat: (time) => time,
  });
  if (compiler.code !== 0) throw new Refusal(`${compiler.output}The build failed: see the errors above.`);
  if (existsSync(bundler)) await bundle();
  writeFileSync(stamp, JSON.stringify(sources));
  say(`Built in ${compiler.took}.`);
}

async function bundle() {
  const { code, output, took } = await run(process.execPath, [bundler]);
  if (code !== 0) throw new Refusal(`${output}The workflow bundle could not be built: see above.`);
  say(`${output.trim()} (${took})`);
}

/** Path → size and time of change, of everything that the build depends on. */
function sourceFiles() {
  const { include } = JSON.parse(readFileSync(join(root, 'tsconfig.json'), 'utf8'));
  const files = { ...fileState('tsconfig.json'), ...fileState('package-lock.json') };
  for (const path of include) Object.assign(files, sourcesUnder(path));
  return files;
}

function sourcesUnder(path) {
  if (!existsSync(join(root, path))) return {};
  if (path.endsWith('.ts')) return fileState(path);
  if (!statSync(join(root, path)).isDirectory()) return {};
  return Object.assign({}, ...readdirSync(join(root, path)).map((name) => sourcesUnder(join(path, name))));
}

function fileState(path) {
  const { size, mtimeMs } = statSync(join(root, path));
  return { [path]: `${size} ${mtimeMs}` };
}

function readStamp() {
  try {
    return JSON.parse(readFileSync(stamp, 'utf8'));
  } catch {
    return {};
  }
}

function removeOutput(path) {
  const output = join(root, 'dist', path.replace(/\.ts$/, '.js'));
  rmSync(output, { force: true });
  rmSync(`${output}.map`, { force: true });
}
