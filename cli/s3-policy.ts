import { lifecycleRules } from '../services/objects/index.ts';
import {
  applyLifecycle,
  bucketLifecycle,
  createS3Client,
  leastPrivilegePolicy,
  s3LocationOf,
} from '../services/objects/s3/index.ts';
import { loadSettings } from '../services/settings/index.ts';

/** `s3 policy [--apply]`: what the bucket of `OBJECT_STORE` needs. */
export async function s3PolicyCommand({ apply }: { apply?: boolean }): Promise<void> {
  const { config, objectStore, s3Endpoint, env } = await loadSettings({
    env: process.env,
    cwd: process.cwd(),
  });
  const location = s3LocationOf(objectStore);
  const rules = lifecycleRules({
    memoryKeepDays: config.memory.keepDays,
    runRecordDays: config.retention.runRecords.days,
  });
  const printed = { policy: leastPrivilegePolicy(location), lifecycle: bucketLifecycle(location, rules) };
  console.log(JSON.stringify(printed, null, 2));
  if (!apply) return;
  const client = createS3Client({
    ...(s3Endpoint ? { endpoint: s3Endpoint } : {}),
    ...(env.AWS_REGION ? { region: env.AWS_REGION } : {}),
  });
  try {
    const applied = await applyLifecycle(client, location, rules);
    console.error(`${applied.length} lifecycle rules are set on ${location.bucket}.`);
  } finally {
    client.destroy();
  }
}
