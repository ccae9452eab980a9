import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { serverPorts } from './ports.ts';

let directory: string;
let file: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'errand-ports-'));
  file = join(directory, 'server.json');
});

afterEach(() => rm(directory, { recursive: true }));

function occupy(port: number): Promise<Server> {
  return new Promise((resolve) => {
    const server = createServer().listen(port, '127.0.0.1', () => resolve(server));
  });
}

test('ports are the same again while they are free', async () => {
  const first = await serverPorts(file);
  expect(first.grpc).not.toBe(first.ui);
  expect(await serverPorts(file)).toEqual(first);
});

test('new ports are chosen, and remembered, when one has been taken by somebody else', async () => {
  const first = await serverPorts(file);
  const stranger = await occupy(first.ui);
  const second = await serverPorts(file);
  expect(second.ui).not.toBe(first.ui);
  await new Promise((resolve) => stranger.close(resolve));
  expect(await serverPorts(file)).toEqual(second);
});

test.each(['', 'null', '{"grpc":99999,"ui":1}', '{"grpc":'])(
  'a damaged note (%s) is replaced',
  async (text) => {
    await writeFile(file, text);
    const ports = await serverPorts(file);
    expect(await serverPorts(file)).toEqual(ports);
  },
);
