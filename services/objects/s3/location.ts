import { ObjectStoreUnavailable } from '../errors.ts';
import { checkPrefix } from '../keys.ts';

/** Where in S3: `prefix` is empty or ends with a slash. */
export interface S3Location {
  bucket: string;
  prefix: string;
}

/** Bucket and prefix of an `s3://` URL. Throws `ObjectStoreUnavailable` when it is not one. */
export function s3LocationOf(url: string): S3Location {
  const match = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/([^?#]*))?$/.exec(url);
  if (!match?.[1]) throw new ObjectStoreUnavailable('an S3 object store is named as s3://bucket/prefix');
  const path = (match[2] ?? '').replace(/\/+$/, '');
  checkPrefix(path);
  return { bucket: match[1], prefix: path === '' ? '' : `${path}/` };
}
