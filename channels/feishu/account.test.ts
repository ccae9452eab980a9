import { expect, it } from 'vitest';
import { feishuAccount } from '../../contracts/accounts.ts';
import { baseUrlOf, problemsOf } from './account.ts';

const appId = 'cli_0123456789abcdef';

function problems(change: object): string[] {
  return problemsOf(feishuAccount.parse({ id: 'fs', kind: 'feishu', appId, appSecret: 's3cret', ...change }));
}

it('has no problems where all that its mode needs is there', () => {
  expect(problems({})).toEqual([]);
  expect(problems({ mode: 'webhook', encryptKey: 'key' })).toEqual([]);
  expect(problems({ mode: 'webhook', verificationToken: 'token' })).toEqual([]);
});

it.each([
  ['a blank appSecret', { appSecret: ' ' }, 'appSecret'],
  ['an unresolved appSecret', { appSecret: { env: 'S' } }, 'appSecret'],
  ['an appId that the vendor does not connect', { appId: 'hunter22' }, 'appId'],
  ['callbacks that nothing verifies', { mode: 'webhook' }, 'verificationToken'],
  ['a blank Encrypt Key', { mode: 'webhook', encryptKey: '\n', verificationToken: 'token' }, 'encryptKey'],
  ['a blank token', { mode: 'webhook', encryptKey: 'key', verificationToken: '' }, 'verificationToken'],
])('names %s', (_, change, field) => {
  const said = problems(change);
  expect(said).toHaveLength(1);
  expect(said[0]).toContain(field);
  expect(said[0]).not.toContain('hunter22');
});

it('speaks to the platform of its domain, or where the operator says', () => {
  const at = (change: object) =>
    baseUrlOf(feishuAccount.parse({ id: 'fs', kind: 'feishu', appId, appSecret: 's', ...change }));
  expect(at({})).toBe('https://open.feishu.cn');
  expect(at({ domain: 'lark' })).toBe('https://open.larksuite.com');
  expect(at({ baseUrl: 'http://127.0.0.1:1/proxy' })).toBe('http://127.0.0.1:1/proxy');
});
