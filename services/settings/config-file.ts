import { readFile, stat } from 'node:fs/promises';
import { dirname, extname, join, resolve } from 'node:path';
import { parseDocument } from 'yaml';
import { SettingsError } from './settings-error.ts';

const maximumBytes = 1_000_000;
const defaultNames = ['errand.yaml', 'errand.yml', 'errand.json'];

export interface ConfigFile {
  /** Absolute; absent when there is no file. */
  path?: string;
  /** What relative paths in the file start from. */
  directory: string;
  /** As it was written: not validated, secrets not resolved. */
  document: Record<string, unknown>;
}

/**
 * Reads the file that was named, or the one of the default names that lies in the working directory.
 * Throws `SettingsError`; never quotes what the file says.
 */
export async function readConfigFile(named: string | undefined, cwd: string): Promise<ConfigFile> {
  const path = named === undefined ? await findDefault(cwd) : resolve(cwd, named);
  if (path === undefined) return { directory: cwd, document: {} };
  const text = await read(path);
  const document = extname(path) === '.json' ? parseJson(path, text) : parseYaml(path, text);
  // An empty file, or one in which everything is commented out.
  if (document === null || document === undefined) return { path, directory: dirname(path), document: {} };
  if (typeof document !== 'object' || Array.isArray(document)) {
    throw wrong(
      path,
      'it is not a mapping',
      'Its top level has to be keys such as `models:` and `channels:`.',
    );
  }
  return { path, directory: dirname(path), document: { ...document } };
}

async function findDefault(cwd: string): Promise<string | undefined> {
  const isThere = await Promise.all(
    defaultNames.map((name) =>
      stat(join(cwd, name)).then(
        () => true,
        () => false,
      ),
    ),
  );
  const found = defaultNames.filter((_, index) => isThere[index]);
  const [first, second] = found;
  if (first && second) {
    throw wrong(cwd, `both ${first} and ${second} are there`, 'Keep one, or name one with ERRAND_CONFIG.');
  }
  return first && join(cwd, first);
}

async function read(path: string): Promise<string> {
  try {
    const { size } = await stat(path);
    if (size > maximumBytes) throw wrong(path, `it is larger than ${maximumBytes} bytes`, 'Make it smaller.');
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof SettingsError) throw error;
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    throw wrong(path, `it cannot be read (${code})`, 'Correct ERRAND_CONFIG or the permissions of the file.');
  }
}

function parseJson(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw wrong(path, 'it is not JSON', 'Correct its syntax, or write it as YAML (errand.yaml).');
  }
}

function parseYaml(path: string, text: string): unknown {
  const remedy = 'Correct the syntax there.';
  try {
    const document = parseDocument(text);
    const [error] = document.errors;
    if (error) {
      // The library's messages quote the line; its code and place do not.
      const place = error.linePos?.[0];
      const where = place ? ` at line ${place.line}, column ${place.col}` : '';
      throw wrong(path, `it is not YAML${where} (${error.code})`, remedy);
    }
    return document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    if (error instanceof SettingsError) throw error;
    throw wrong(path, 'it is nested too deeply or repeats too much by aliases', remedy);
  }
}

function wrong(path: string, problem: string, remedy: string): SettingsError {
  return new SettingsError([{ path, problem, remedy }]);
}
