import { Client, Connection } from '@temporalio/client';
import type { DataConverter } from '@temporalio/common';

export interface TemporalTarget {
  address: string;
  namespace: string;
}

/** A client over a connection of its own. Throws when the server cannot be reached within 10 s. */
export async function connectClient(target: TemporalTarget, dataConverter: DataConverter): Promise<Client> {
  const connection = await Connection.connect({ address: target.address, connectTimeout: '10s' });
  return new Client({ connection, namespace: target.namespace, dataConverter });
}
