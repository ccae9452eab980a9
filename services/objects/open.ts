import { fileURLToPath } from 'node:url';
import { ObjectStoreUnavailable } from './errors.ts';
import { openFileStore } from './files/store.ts';
import type { ObjectStore } from './object-store.ts';
import { s3LocationOf } from './s3/location.ts';

export interface ObjectStoreAddress {
  /** `file:///var/lib/errand/objects` or `s3://bucket/prefix`. */
  url: string;
  /** Base address of an S3 server that is not AWS. */
  s3Endpoint?: string;
  /** `AWS_REGION`; credentials are found by the AWS SDK in its usual places. */
  env?: { [name: string]: string | undefined };
  /** Files have to be there: a store that went away is not begun anew. */
  existing?: boolean;
}

/** Opens the store that a URL names. Throws `ObjectStoreUnavailable` when the URL is wrong or files cannot be used. */
export async function openObjectStore({
  url,
  s3Endpoint,
  env = {},
  existing = false,
}: ObjectStoreAddress): Promise<ObjectStore> {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed?.protocol === 'file:' && parsed.host === '') {
    return openFileStore(fileURLToPath(parsed), { existing });
  }
  if (parsed?.protocol === 's3:') {
    const location = s3LocationOf(url);
    // Loaded only where it is used: the SDK costs 40 MB that a store on files can do without.
    const { createS3Client, createS3Store } = await import('./s3/index.ts');
    const region = env.AWS_REGION ?? env.AWS_DEFAULT_REGION;
    const client = createS3Client({
      ...(s3Endpoint ? { endpoint: s3Endpoint } : {}),
      ...(region ? { region } : {}),
    });
    return createS3Store(client, location);
  }
  throw new ObjectStoreUnavailable(
    'the object store address has to be file:///an/absolute/path or s3://bucket/prefix',
  );
}
