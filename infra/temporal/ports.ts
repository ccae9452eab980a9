import { readFile, rename, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { z } from 'zod';

const port = z.number().int().min(1).max(65_535);
const ports = z.strictObject({ grpc: port, ui: port });

/** Loopback ports of the embedded server. */
export type ServerPorts = z.infer<typeof ports>;

const loopback = '127.0.0.1';

/**
 * The ports remembered in `file` while both are free, otherwise new ones, remembered. The same ports after a restart
 * let clients of the last server connect again.
 */
export async function serverPorts(file: string): Promise<ServerPorts> {
  const remembered = await readPorts(file);
  if (remembered && (await isFree(remembered.grpc)) && (await isFree(remembered.ui))) return remembered;
  const chosen = { grpc: await freePort(), ui: await freePort() };
  await writeFile(`${file}.new`, `${JSON.stringify(chosen)}\n`);
  await rename(`${file}.new`, file);
  return chosen;
}

/** A loopback port that is free now. */
export async function freePort(): Promise<number> {
  const found = await listen(0);
  if (found === undefined) throw new Error('no free loopback port');
  return found;
}

async function isFree(candidate: number): Promise<boolean> {
  return (await listen(candidate)) !== undefined;
}

async function readPorts(file: string): Promise<ServerPorts | undefined> {
  try {
    return ports.safeParse(JSON.parse(await readFile(file, 'utf8'))).data;
  } catch {
    return undefined;
  }
}

/** Listens for a moment; the port, or undefined when it is taken. */
function listen(candidate: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(undefined));
    server.listen({ port: candidate, host: loopback }, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' ? address?.port : undefined));
    });
  });
}
