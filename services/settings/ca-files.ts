import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Config } from '../../contracts/index.ts';
import type { SettingsProblem } from './settings-error.ts';

/** Sees that the certificates models are to be believed by are there. Relative paths start from `directory`. */
export async function checkCaFiles(
  models: Config['models'],
  directory: string,
  problems: SettingsProblem[],
): Promise<void> {
  for (const [index, { caFile }] of models.entries()) {
    if (caFile === undefined || (await isCertificate(resolve(directory, caFile)))) continue;
    problems.push({
      path: `models.${index}.caFile`,
      problem: 'it is not the file of a certificate',
      remedy: 'Name a readable PEM file that begins with BEGIN CERTIFICATE.',
    });
  }
}

/** The configuration with paths that mean the same from wherever they are read. */
export function withAbsoluteCaFiles(config: Config, directory: string): Config {
  const models = config.models.map((model) =>
    model.caFile === undefined ? model : { ...model, caFile: resolve(directory, model.caFile) },
  );
  return { ...config, models };
}

async function isCertificate(path: string): Promise<boolean> {
  try {
    return new X509Certificate(await readFile(path)).subject !== undefined;
  } catch {
    return false;
  }
}
