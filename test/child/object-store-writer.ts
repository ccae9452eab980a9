/**
 * Run as a process that writes to a store until it is done or killed: `increment <url> <key> <times>` counts up by
 * compare and swap; `rewrite <url> <key>` writes one number after the other and prints each before it writes and once it is durable.
 */
import { openObjectStore, PreconditionFailed } from '../../services/objects/index.ts';
import { numbered } from './numbered-object.ts';

const [, , task, url = '', key = '', times] = process.argv;
const endpoint = process.env.S3_ENDPOINT;
const objects = await openObjectStore({
  url,
  ...(endpoint ? { s3Endpoint: endpoint } : {}),
  env: process.env,
});

async function increment(): Promise<boolean> {
  const current = await objects.get(key);
  const next = Number(Buffer.from(current?.body ?? '0').toString()) + 1;
  try {
    await objects.put(
      key,
      Buffer.from(String(next)),
      current ? { ifMatch: current.etag } : { ifNoneMatch: '*' },
    );
    return true;
  } catch (error) {
    if (error instanceof PreconditionFailed) return false;
    throw error;
  }
}

if (task === 'increment') {
  for (let done = 0; done < Number(times); ) if (await increment()) done += 1;
} else {
  for (let number = 1; ; number += 1) {
    const current = await objects.get(key);
    const body = numbered(number);
    process.stdout.write(`writing ${number}\n`);
    await objects.put(key, body, current ? { ifMatch: current.etag } : { ifNoneMatch: '*' });
    process.stdout.write(`written ${number}\n`);
  }
}
await objects.close();
