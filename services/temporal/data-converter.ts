import { createHash } from 'node:crypto';
import { type DataConverter, ExternalStorage, type Payload, type StorageDriver } from '@temporalio/common';
// CommonJS, whose named exports Node does not see.
import proto from '@temporalio/proto';
import type { ObjectStore } from '../objects/index.ts';

/** Larger payloads leave the history, in bytes. */
const threshold = 64 * 1024;
const { Payload: PayloadMessage } = proto.temporal.api.common.v1;
const hashPattern = /^[0-9a-f]{64}$/;

/** A payload that history refers to is not in the object store. */
export class PayloadMissing extends Error {
  override readonly name = 'PayloadMissing';
}

/**
 * Payloads as Errand's clients and workers write them: large ones are kept in the object store under their SHA-256,
 * so that writing one again is no change, and history holds the reference.
 */
export function createDataConverter(objects: ObjectStore): DataConverter {
  const driver: StorageDriver = {
    name: 'errand-objects',
    type: 'errand.objects',
    store: (_context, payloads) =>
      Promise.all(
        payloads.map(async (payload) => {
          const body = PayloadMessage.encode(payload).finish();
          const hash = createHash('sha256').update(body).digest('hex');
          await objects.put(keyOf(hash), body);
          return { claimData: { hash } };
        }),
      ),
    retrieve: (_context, claims) =>
      Promise.all(claims.map(({ claimData }) => read(objects, claimData.hash ?? ''))),
  };
  return { externalStorage: new ExternalStorage({ drivers: [driver], payloadSizeThreshold: threshold }) };
}

async function read(objects: ObjectStore, hash: string): Promise<Payload> {
  const found = hashPattern.test(hash) ? await objects.get(keyOf(hash)) : null;
  if (!found || createHash('sha256').update(found.body).digest('hex') !== hash) {
    throw new PayloadMissing(`payload ${hash.slice(0, 64)} is not in the object store`);
  }
  return PayloadMessage.decode(found.body);
}

function keyOf(hash: string): string {
  return `payloads/${hash.slice(0, 2)}/${hash}`;
}
