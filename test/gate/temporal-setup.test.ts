import { randomUUID } from 'node:crypto';
import { Connection } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time.js';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { searchAttributes } from '../../contracts/index.ts';
import { searchAttributeTypes, setRetention, setUpTemporal, TemporalSetupFailed } from '../../infra/index.ts';

let connection: Connection;
let namespace: string;

beforeEach(async () => {
  connection = await Connection.connect({ address: inject('temporal').address });
  namespace = `setup-${randomUUID()}`;
});

afterEach(() => connection.close());

async function retention(): Promise<number> {
  const { config } = await connection.workflowService.describeNamespace({ namespace });
  return Number(config?.workflowExecutionRetentionTtl?.seconds) / 3_600;
}

async function attributes(): Promise<string[]> {
  const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
  return Object.keys(customAttributes ?? {}).filter((name) => name.startsWith('Errand'));
}

test('a missing namespace is created with its retention and exactly the attributes that are set', async () => {
  await setUpTemporal(connection, { namespace, retentionHours: 12 });
  expect(await retention()).toBe(12);
  expect((await attributes()).sort()).toEqual(Object.keys(searchAttributeTypes).sort());
});

test('doing it again, even twice at once, changes nothing', async () => {
  const once = () => setUpTemporal(connection, { namespace, retentionHours: 12 });
  await Promise.all([once(), once()]);
  await once();
  expect(await attributes()).toHaveLength(9);
});

test('attributes that are missing are added to those that exist', async () => {
  await connection.workflowService.registerNamespace({
    namespace,
    workflowExecutionRetentionPeriod: msToTs('24h'),
  });
  await connection.operatorService.addSearchAttributes({
    namespace,
    searchAttributes: { [searchAttributes.channel]: 2 },
  });
  await setUpTemporal(connection, { namespace });
  expect(await attributes()).toHaveLength(9);
});

test('a different retention is set; without a wish the present one stays', async () => {
  await setUpTemporal(connection, { namespace, retentionHours: 12 });
  await setUpTemporal(connection, { namespace, retentionHours: 30 });
  expect(await retention()).toBe(30);
  await setUpTemporal(connection, { namespace });
  expect(await retention()).toBe(30);
  await setRetention(connection, namespace, 1);
  expect(await retention()).toBe(1);
});

test('what the server refuses comes back as one clear error with its reason', async () => {
  await setUpTemporal(connection, { namespace, retentionHours: 12 });
  const refused = setRetention(connection, namespace, 0.1);
  await expect(refused).rejects.toBeInstanceOf(TemporalSetupFailed);
  await expect(refused).rejects.toThrow(
    new RegExp(`namespace ${namespace} is not ready: .*retention.*: \\S`),
  );
});
