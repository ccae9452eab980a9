import { createCipheriv, randomBytes } from 'node:crypto';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Attachment, wecomBotAccount } from '../../contracts/index.ts';
import { createEgress } from '../../services/egress/index.ts';
import { ObjectTooLarge } from '../../services/objects/index.ts';
import { botSecrets, wecomAccounts } from '../../test/fakes/wecom/people.ts';
import { startWecomServer, type WecomServer } from '../../test/fakes/wecom/server.ts';
import { AccessTokens } from '../access-tokens.ts';
import { aesKeyOf } from '../wecom/encryption.ts';
import { fetchAttachment } from './fetch-attachment.ts';

let server: WecomServer;
const egress = createEgress({ allow: ['127.0.0.1'] });

beforeEach(async () => {
  server = await startWecomServer();
});
afterEach(() => server.close());

function encrypted(key: Buffer, body: string): Buffer {
  const padding = 32 - (body.length % 32);
  const cipher = createCipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false);
  return Buffer.concat([cipher.update(body), cipher.update(Buffer.alloc(padding, padding)), cipher.final()]);
}

function fetched(
  source: NonNullable<Attachment['source']>,
  mode: 'calledBot' | 'connectedBot',
  maxBytes = 1_000,
) {
  const account = wecomBotAccount.parse({ id: 'b', ...wecomAccounts(server)[mode] });
  const dependencies = { egress, tokens: new AccessTokens(), now: Date.now(), maxBytes };
  return fetchAttachment({ kind: 'file', source }, account, dependencies);
}

it('decrypts a file with its own key over a connection', async () => {
  const key = randomBytes(32);
  server.files.set('/f1', encrypted(key, 'words'));
  const source = { url: `${server.url}/f1`, aeskey: key.toString('base64') };
  expect(await fetched(source, 'connectedBot')).toEqual({ body: Buffer.from('words'), name: '报告.pdf' });
});

it("decrypts a file with the account's key by callback", async () => {
  const key = aesKeyOf(botSecrets.encodingAesKey) ?? Buffer.alloc(32);
  server.files.set('/f1', encrypted(key, 'words'));
  expect((await fetched({ url: `${server.url}/f1` }, 'calledBot')).body.toString()).toBe('words');
});

it.each([
  ['damaged', Buffer.from('not encrypted'), 'cannot be decrypted'],
  ['encrypted with another key', encrypted(Buffer.alloc(32, 2), 'words'), 'cannot be decrypted'],
])('says that a file is %s', async (_, body, problem) => {
  server.files.set('/f1', body);
  const source = { url: `${server.url}/f1`, aeskey: Buffer.alloc(32, 1).toString('base64') };
  await expect(fetched(source, 'connectedBot')).rejects.toThrow(problem);
});

it('fetches nothing too large, and nothing from within the house', async () => {
  server.files.set('/f1', Buffer.alloc(5_000));
  await expect(fetched({ url: `${server.url}/f1` }, 'calledBot')).rejects.toBeInstanceOf(ObjectTooLarge);
  await expect(fetched({ url: 'http://169.254.169.254/latest' }, 'calledBot')).rejects.toMatchObject({
    retryable: false,
  });
});
