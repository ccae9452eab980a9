import { mkdir, rm } from 'node:fs/promises';
import { directory } from './recording.ts';

/** `npm run histories`: what is recorded replaces everything that was. */
export async function setup(): Promise<void> {
  await rm(directory, { recursive: true, force: true });
  await mkdir(directory, { recursive: true });
}
