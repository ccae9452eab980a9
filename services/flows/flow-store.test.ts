import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll } from 'vitest';
import { plan, validate } from '../../engine/document.ts';
import { openObjectStore } from '../objects/index.ts';
import { describeFlowStore } from './flow-store.suite.ts';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'flow-store-'));
});
afterAll(() => rm(directory, { recursive: true }));

describeFlowStore('files', () => openObjectStore({ url: pathToFileURL(directory).href }), { plan, validate });
