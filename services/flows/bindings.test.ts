import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll } from 'vitest';
import { openObjectStore } from '../objects/index.ts';
import { describeBindings } from './bindings.suite.ts';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'bindings-'));
});
afterAll(() => rm(directory, { recursive: true }));

describeBindings('files', () => openObjectStore({ url: pathToFileURL(directory).href }));
