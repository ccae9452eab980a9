import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { PutBucketLifecycleConfigurationCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { plan, validate } from '../../engine/document.ts';
import { describeBindings } from '../../services/flows/bindings.suite.ts';
import { describeFlowStore } from '../../services/flows/flow-store.suite.ts';
import { describeSnapshotStore } from '../../services/memory/snapshot-store.suite.ts';
import { lifecycleRules, ObjectStoreUnavailable, openObjectStore } from '../../services/objects/index.ts';
import { describeObjectStore } from '../../services/objects/object-store.suite.ts';
import {
  applyLifecycle,
  createS3Client,
  createS3Store,
  readLifecycle,
  s3LocationOf,
} from '../../services/objects/s3/index.ts';
import { startObjectStore, type TestObjectStore } from '../servers/index.ts';
import { describeRivalProcesses } from './object-store-processes.suite.ts';

let server: TestObjectStore;
let directory: string;
beforeAll(async () => {
  server = await startObjectStore(inject('binaries').weed);
  // Where the SDK looks for them, and the writers of other processes too.
  vi.stubEnv('AWS_ACCESS_KEY_ID', server.accessKeyId);
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', server.secretAccessKey);
  vi.stubEnv('AWS_REGION', server.region);
  vi.stubEnv('AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED', 'true');
  directory = await mkdtemp(join(tmpdir(), 'object-store-'));
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await Promise.all([server.stop(), rm(directory, { recursive: true })]);
});

const s3Url = (prefix: string) => `s3://${server.bucket}/${prefix}`;
const openS3 = (prefix: string) =>
  openObjectStore({ url: s3Url(prefix), s3Endpoint: server.endpoint, env: process.env });

describeObjectStore('S3', () => openS3('objects/below'));
describeSnapshotStore('S3', () => openS3('memories'));
describeFlowStore('S3', () => openS3('flow-store'), { plan, validate });
describeBindings('S3', () => openS3('bindings'));

describeRivalProcesses('files', () => {
  const { href: url } = pathToFileURL(join(directory, 'rivals'));
  return { url, env: {}, open: () => openObjectStore({ url }) };
});
describeRivalProcesses('S3', () => ({
  url: s3Url('rivals'),
  env: {
    S3_ENDPOINT: server.endpoint,
    AWS_ACCESS_KEY_ID: server.accessKeyId,
    AWS_SECRET_ACCESS_KEY: server.secretAccessKey,
    AWS_REGION: server.region,
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
  },
  open: () => openS3('rivals'),
}));

describe('object store on S3', () => {
  it('lists more than one page', async () => {
    const client = createS3Client({ endpoint: server.endpoint, region: server.region });
    const objects = createS3Store(client, s3LocationOf(s3Url('pages')), { pageSize: 3 });
    const keys = Array.from({ length: 10 }, (_, index) => `page/${index}`);
    for (const key of keys) await objects.put(key, new Uint8Array(1));
    const listed: string[] = [];
    for await (const { key } of objects.list('page/', { startAfter: 'page/0' })) listed.push(key);
    expect(listed).toEqual(keys.slice(1));
    await objects.close();
  });

  it('is unavailable with a wrong key or a missing bucket, and tells neither key nor secret', async () => {
    const missing = await openObjectStore({ url: 's3://no-such-bucket', s3Endpoint: server.endpoint });
    await expect(missing.get('a')).rejects.toThrow(ObjectStoreUnavailable);
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'canary-secret');
    const refused = await openS3('refused');
    const error = await refused.get('a').catch((thrown: unknown) => thrown);
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', server.secretAccessKey);
    expect(error).toBeInstanceOf(ObjectStoreUnavailable);
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toMatch(/canary|errand-test/);
    await Promise.all([missing.close(), refused.close()]);
  });
});

describe('lifecycle of a bucket', () => {
  it('is taken by the server and read back, beside the rules of others', async () => {
    const client = createS3Client({ endpoint: server.endpoint, region: server.region });
    const others = {
      ID: 'theirs',
      Status: 'Enabled',
      Filter: { Prefix: 'theirs/' },
      Expiration: { Days: 9 },
    } as const;
    await client.send(
      new PutBucketLifecycleConfigurationCommand({
        Bucket: server.bucket,
        LifecycleConfiguration: { Rules: [others] },
      }),
    );
    const location = s3LocationOf(s3Url('lifecycle'));
    const rules = (days: number) => lifecycleRules({ memoryKeepDays: days, runRecordDays: 30 });
    await applyLifecycle(client, location, rules(90));
    const applied = await applyLifecycle(client, location, rules(365));
    const found = (await readLifecycle(client, location)).map(({ Filter, Expiration }) => [
      Filter?.Prefix,
      Expiration?.Days,
    ]);
    expect(found.sort()).toEqual([
      ['lifecycle/attachments/', 30],
      ['lifecycle/dead-letters/', 90],
      ['lifecycle/kept-runs/', 31],
      ['lifecycle/memory/', 366],
      ['lifecycle/payloads/', 90],
      ['lifecycle/threads/', 366],
      ['theirs/', 9],
    ]);
    expect(applied).toHaveLength(7);
    client.destroy();
  });
});
