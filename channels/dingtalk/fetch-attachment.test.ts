import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dingtalkAccount } from '../../contracts/accounts.ts';
import { createEgress, type Egress } from '../../services/egress/index.ts';
import { type FakeDingtalk, startFakeDingtalk } from '../../test/fakes/dingtalk/start-fake-dingtalk.ts';
import { AccessTokens } from '../access-tokens.ts';
import type { DingtalkAccount } from './account.ts';
import { dingtalk } from './index.ts';

let fake: FakeDingtalk;
let egress: Egress;

beforeEach(async () => {
  fake = await startFakeDingtalk();
  egress = createEgress({ allow: [] });
});
afterEach(async () => {
  await egress.close();
  await fake.close();
});

function account(change: Partial<DingtalkAccount> = {}): DingtalkAccount {
  return dingtalkAccount.parse({ id: 'ding', kind: 'dingtalk', ...fake.account, ...change });
}

const dependencies = () => ({ egress, tokens: new AccessTokens(), now: Date.now() });

describe('a file that somebody sent', () => {
  const fetch = (downloadCode: string, maxBytes = 1_000) =>
    dingtalk.fetchAttachment?.({ kind: 'image', source: { downloadCode } }, account(), {
      ...dependencies(),
      maxBytes,
    });

  it('is downloaded from where its code leads', async () => {
    fake.files.set('code+/=', { body: Buffer.from('pixels'), type: 'image/png' });
    const file = await fetch('code+/=');
    expect(file).toEqual({ body: expect.anything(), mimeType: 'image/png' });
    expect(Buffer.from(file?.body ?? []).toString()).toBe('pixels');
  });

  it('is not downloaded when it is too large', async () => {
    fake.files.set('large', { body: Buffer.alloc(2_000), type: 'image/png' });
    await expect(fetch('large')).rejects.toMatchObject({ name: 'ObjectTooLarge' });
  });

  it('is gone when its code is not known any more', async () => {
    await expect(fetch('old')).rejects.toMatchObject({ name: 'DeliveryError', retryable: false });
  });

  it('is not fetched from within the house', async () => {
    const body = { downloadUrl: 'http://169.254.169.254/latest/meta-data' };
    fake.setFail(({ route }) => (route === 'download' ? { type: 'status', status: 200, body } : undefined));
    await expect(fetch('any')).rejects.toMatchObject({ name: 'DeliveryError', retryable: false });
  });
});

describe('what can be known of an account', () => {
  const check = (change: Partial<DingtalkAccount> = {}) => dingtalk.check?.(account(change), dependencies());

  it('is whether its credentials and its stream work', async () => {
    const { cardTemplateId: _, ...plain } = account();
    expect(await dingtalk.check?.(plain, dependencies())).toMatchObject([
      { name: 'credentials', ok: true },
      { name: 'receiving', ok: true, detail: /stream/ },
      { name: 'robot', ok: true },
    ]);
    expect(await check({ mode: 'webhook' })).toMatchObject([
      { ok: true },
      { name: 'receiving', detail: /消息接收地址/ },
      { ok: true },
      { name: 'cards', detail: /callbackRouteKey/ },
    ]);
  });

  it('is what to do when they do not', async () => {
    const [credentials] = (await check({ appSecret: 'wrong-secret' })) ?? [];
    expect(credentials).toMatchObject({ name: 'credentials', ok: false, detail: /Client Secret/ });
    expect(credentials?.detail).not.toContain('wrong-secret');
    fake.setFail(({ route }) => (route === 'open' ? { type: 'status', status: 400 } : undefined));
    expect(await check()).toMatchObject([
      { ok: true },
      { name: 'receiving', ok: false, detail: /Stream mode/ },
      {},
      {},
    ]);
  });
});
