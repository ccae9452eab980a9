import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { afterEach, expect, it, vi } from 'vitest';
import { ObjectStoreUnavailable, PreconditionFailed } from '../errors.ts';
import { createS3Client } from './client.ts';
import { createS3Store } from './store.ts';

const servers: Server[] = [];
afterEach(() => {
  vi.unstubAllEnvs();
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

type Answer = (response: ServerResponse, request: IncomingMessage) => void;
const refuse =
  (status: number, code: string): Answer =>
  (response) => {
    response.writeHead(status, { 'content-type': 'application/xml' });
    response.end(`<Error><Code>${code}</Code><Message>no</Message></Error>`);
  };
const loseConnection: Answer = (response) => response.destroy();
const stored: Answer = (response) => response.writeHead(200, { etag: '"e1"' }).end();

/** A store before a server that gives these answers one after the other, the last one for ever. */
async function storeBefore(answers: Answer[]) {
  const requests: { method: string | undefined; writeId: string | undefined }[] = [];
  const server = createServer((request, response) => {
    const answer = answers[Math.min(requests.length, answers.length - 1)];
    requests.push({ method: request.method, writeId: String(request.headers['x-amz-meta-write-id']) });
    request.resume().on('end', () => answer?.(response, request));
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = address && typeof address === 'object' ? address.port : 0;
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'key');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
  vi.stubEnv('AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED', 'true');
  const client = createS3Client({ endpoint: `http://127.0.0.1:${port}` });
  const limits = { attempts: 3, timeoutMs: 300, backoffMs: 1 };
  return { requests, objects: createS3Store(client, { bucket: 'bucket', prefix: '' }, { limits }) };
}

const body = Buffer.from('x');

it('tries again after a fault of the server, throttling and a lost connection', async () => {
  for (const fault of [refuse(500, 'InternalError'), refuse(503, 'SlowDown'), loseConnection]) {
    const { objects, requests } = await storeBefore([fault, fault, stored]);
    expect(await objects.put('a', body)).toEqual({ etag: 'e1' });
    expect(requests).toHaveLength(3);
  }
});

it('gives up after three attempts, also on a server that never answers', async () => {
  for (const fault of [refuse(500, 'InternalError'), loseConnection, () => {}]) {
    const { objects, requests } = await storeBefore([fault]);
    await expect(objects.get('a')).rejects.toThrow(ObjectStoreUnavailable);
    expect(requests).toHaveLength(3);
  }
});

it('gives up on a body that stops arriving', async () => {
  const { objects } = await storeBefore([
    (response) => response.writeHead(200, { 'content-length': '10' }).write('half'),
  ]);
  await expect(objects.get('a')).rejects.toThrow(ObjectStoreUnavailable);
});

it('does not repeat what the server refuses', async () => {
  const { objects, requests } = await storeBefore([refuse(403, 'AccessDenied')]);
  await expect(objects.put('a', body)).rejects.toThrow(/AccessDenied.*403/);
  expect(requests).toHaveLength(1);
});

it('knows its own write again when the answer to it was lost', async () => {
  let writeId = '';
  const { objects } = await storeBefore([
    (response, request) => {
      writeId = String(request.headers['x-amz-meta-write-id']);
      response.destroy();
    },
    refuse(412, 'PreconditionFailed'),
    (response) => response.writeHead(200, { etag: '"mine"', 'x-amz-meta-write-id': writeId }).end(),
  ]);
  expect(await objects.put('a', body, { ifNoneMatch: '*' })).toEqual({ etag: 'mine' });
});

it('does not claim to know who won when the answer was lost and another write is there', async () => {
  const answers: Answer[] = [
    loseConnection,
    refuse(412, 'PreconditionFailed'),
    (response) => response.writeHead(200, { etag: '"theirs"', 'x-amz-meta-write-id': 'theirs' }).end(),
  ];
  const replacing = await storeBefore(answers);
  await expect(replacing.objects.put('a', body, { ifMatch: 'e0' })).rejects.toThrow(ObjectStoreUnavailable);
  const creating = await storeBefore(answers);
  await expect(creating.objects.put('a', body, { ifNoneMatch: '*' })).rejects.toThrow(PreconditionFailed);
});

it('has lost when the condition was refused after a conflict that S3 asks to repeat', async () => {
  const { objects } = await storeBefore([
    refuse(409, 'ConditionalRequestConflict'),
    refuse(412, 'PreconditionFailed'),
  ]);
  await expect(objects.put('a', body, { ifMatch: 'e0' })).rejects.toThrow(PreconditionFailed);
});
