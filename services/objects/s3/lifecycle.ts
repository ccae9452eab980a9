import {
  type LifecycleRule as BucketRule,
  GetBucketLifecycleConfigurationCommand,
  PutBucketLifecycleConfigurationCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import type { LifecycleRule } from '../lifecycle.ts';
import { attempt, defaultLimits, isAbsent, unavailable } from './attempts.ts';
import type { S3Location } from './location.ts';

/** Rules of ours, among those that others may have put on the same bucket. */
const rulePrefix = 'errand-';

/** The bucket's rules in S3's own form. */
export function bucketLifecycle({ prefix }: S3Location, rules: LifecycleRule[]): BucketRule[] {
  return rules.map((rule) => ({
    ID: `${rulePrefix}${(prefix + rule.prefix).replaceAll('/', '-').replace(/-$/, '')}`,
    Status: 'Enabled',
    Filter: { Prefix: prefix + rule.prefix },
    Expiration: { Days: rule.days },
  }));
}

/**
 * Puts the rules on the bucket beside those of others (S3 replaces all at once) and returns what the server then has.
 * Throws `ObjectStoreUnavailable`.
 */
export async function applyLifecycle(
  client: S3Client,
  location: S3Location,
  rules: LifecycleRule[],
): Promise<BucketRule[]> {
  const ours = bucketLifecycle(location, rules);
  const ids = new Set(ours.map(({ ID }) => ID));
  const others = (await readLifecycle(client, location)).filter(({ ID }) => !ids.has(ID));
  await request('PutBucketLifecycleConfiguration', (abortSignal) =>
    client.send(
      new PutBucketLifecycleConfigurationCommand({
        Bucket: location.bucket,
        LifecycleConfiguration: { Rules: [...others, ...ours] },
      }),
      { abortSignal },
    ),
  );
  return readLifecycle(client, location);
}

/** The bucket's rules, none when it has no configuration. Throws `ObjectStoreUnavailable`. */
export async function readLifecycle(client: S3Client, { bucket }: S3Location): Promise<BucketRule[]> {
  return request('GetBucketLifecycleConfiguration', async (abortSignal) => {
    try {
      const command = new GetBucketLifecycleConfigurationCommand({ Bucket: bucket });
      return (await client.send(command, { abortSignal })).Rules ?? [];
    } catch (error) {
      if (isAbsent(error)) return [];
      throw error;
    }
  });
}

async function request<T>(operation: string, send: (signal: AbortSignal) => Promise<T>): Promise<T> {
  try {
    return await attempt(operation, ({ signal }) => send(signal), defaultLimits);
  } catch (error) {
    throw unavailable(operation, error);
  }
}
