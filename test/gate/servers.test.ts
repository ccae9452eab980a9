import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { Client, Connection } from '@temporalio/client';
import { expect, inject, test } from 'vitest';
import { searchAttributes } from '../../contracts/index.ts';
import { createNamespace, startObjectStore, startTimeSkipping } from '../servers/index.ts';

test('a namespace of the shared server takes a workflow with all eight search attributes at once', async () => {
  const { address } = inject('temporal');
  const namespace = await createNamespace(address);
  const connection = await Connection.connect({ address });
  const client = new Client({ connection, namespace });
  const handle = await client.workflow.start('any', {
    taskQueue: 'nobody',
    workflowId: 'with-attributes',
    searchAttributes: Object.fromEntries(Object.values(searchAttributes).map((name) => [name, ['value']])),
  });
  const { searchAttributes: recorded } = await handle.describe();
  expect(recorded).toMatchObject({ ErrandChannel: ['value'], ErrandOutcome: ['value'] });
  await connection.close();
});

test('the S3 server refuses wrong keys and a conditional write that comes second', async () => {
  const store = await startObjectStore(inject('binaries').weed);
  const { endpoint, region, bucket: Bucket, accessKeyId, secretAccessKey } = store;
  const s3 = (secret: string) =>
    new S3Client({
      ...{ endpoint, region, forcePathStyle: true, maxAttempts: 1 },
      credentials: { accessKeyId, secretAccessKey: secret },
    });
  try {
    const client = s3(secretAccessKey);
    await client.send(new PutObjectCommand({ Bucket, Key: 'a', Body: 'first', IfNoneMatch: '*' }));
    const second = client.send(new PutObjectCommand({ Bucket, Key: 'a', Body: 'second', IfNoneMatch: '*' }));
    await expect(second).rejects.toThrow(/condition/i);
    const { Body } = await client.send(new GetObjectCommand({ Bucket, Key: 'a' }));
    expect(await Body?.transformToString()).toBe('first');
    await expect(s3('wrong').send(new GetObjectCommand({ Bucket, Key: 'a' }))).rejects.toThrow(/signature/i);
  } finally {
    await store.stop();
  }
});

test('the time-skipping server passes an hour in no time', async () => {
  const environment = await startTimeSkipping(inject('binaries').timeSkipping);
  try {
    const before = await environment.currentTimeMs();
    await environment.sleep('1h');
    expect((await environment.currentTimeMs()) - before).toBeGreaterThanOrEqual(3_600_000);
  } finally {
    await environment.teardown();
  }
});
