import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Connection } from '@temporalio/client';
import { EmbeddedServer, setUpTemporal } from '../../infra/index.ts';

export interface TestTemporal {
  address: string;
  uiUrl: string;
  stop(): Promise<void>;
}

/** A real Temporal server, run as Errand runs it, on a directory of its own. */
export async function startTemporal(binary: string): Promise<TestTemporal> {
  const dataDirectory = await mkdtemp(join(tmpdir(), 'errand-temporal-'));
  const server = await EmbeddedServer.start({ binary, dataDirectory, onLog: () => undefined });
  return {
    address: server.address,
    uiUrl: server.uiUrl,
    stop: async () => {
      await server.stop();
      await rm(dataDirectory, { recursive: true });
    },
  };
}

/** A namespace of its own for a test, set up as Errand does: tests share a server, never a task queue. */
export async function createNamespace(address: string): Promise<string> {
  const namespace = `test-${randomUUID()}`;
  const connection = await Connection.connect({ address });
  try {
    await setUpTemporal(connection, { namespace, retentionHours: 24 });
  } finally {
    await connection.close();
  }
  return namespace;
}
