import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { freePort } from '../../infra/index.ts';

const startTimeoutMs = 60_000;

export interface TestObjectStore {
  /** Base URL of the S3 API, path-style. */
  endpoint: string;
  region: string;
  bucket: string;
  accessKeyId: string;
  secretAccessKey: string;
  stop(): Promise<void>;
}

/** A real S3 server (SeaweedFS) with keys, one bucket, and random ports; it is up when this resolves. */
export async function startObjectStore(binary: string): Promise<TestObjectStore> {
  const directory = await mkdtemp(join(tmpdir(), 'errand-s3-'));
  const keys = { accessKeyId: 'errand-test', secretAccessKey: 'errand-test-secret' };
  const port = await freePort();
  const child = spawn(binary, await serverArguments(directory, port, keys), {
    cwd: directory,
    env: { PATH: process.env.PATH, HOME: directory },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let log = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    log = (log + text).slice(-4_000);
  });
  const ended = once(child, 'exit');
  const endpoint = `http://127.0.0.1:${port}`;
  const region = 'us-east-1';
  const store: TestObjectStore = {
    ...{ endpoint, region, bucket: 'errand', ...keys },
    stop: async () => {
      child.kill('SIGKILL');
      await ended;
      await rm(directory, { recursive: true });
    },
  };
  const client = new S3Client({ endpoint, region, forcePathStyle: true, credentials: keys, maxAttempts: 1 });
  const deadline = Date.now() + startTimeoutMs;
  try {
    while (!(await created(client, store.bucket))) {
      if (child.exitCode === null && Date.now() < deadline) continue;
      await store.stop();
      throw new Error(`the S3 server did not come up:\n${log}`);
    }
  } finally {
    client.destroy();
  }
  return store;
}

async function created(client: S3Client, bucket: string): Promise<boolean> {
  return client.send(new CreateBucketCommand({ Bucket: bucket })).then(
    () => true,
    (error: Error) => error.name === 'BucketAlreadyOwnedByYou' || delay(100, false),
  );
}

/** Every part has its HTTP and its gRPC port; the default of the second is the first plus 10,000. */
async function serverArguments(
  directory: string,
  s3Port: number,
  keys: { accessKeyId: string; secretAccessKey: string },
): Promise<string[]> {
  const credentials = [{ accessKey: keys.accessKeyId, secretKey: keys.secretAccessKey }];
  const identities = [
    { name: 'errand', credentials, actions: ['Admin', 'Read', 'Write', 'List', 'Tagging'] },
  ];
  const config = join(directory, 's3.json');
  await writeFile(config, JSON.stringify({ identities }));
  await mkdir(join(directory, 'data'));
  const ports = [
    'master.port',
    'master.port.grpc',
    'volume.port',
    'volume.port.grpc',
    'filer.port',
    'filer.port.grpc',
  ];
  const flags = [
    `-dir=${join(directory, 'data')}`,
    '-ip=127.0.0.1',
    '-ip.bind=127.0.0.1',
    '-s3',
    `-s3.config=${config}`,
    `-s3.port=${s3Port}`,
    `-s3.port.grpc=${await freePort()}`,
    '-s3.port.iceberg=0',
    '-s3.port.lance=0',
    '-master.telemetry=false',
    '-master.volumeSizeLimitMB=64',
    '-volume.max=20',
  ];
  for (const name of ports) flags.push(`-${name}=${await freePort()}`);
  return ['server', ...flags];
}
