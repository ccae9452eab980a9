import { expect, it } from 'vitest';
import { encrypt } from '../../test/fakes/feishu/signed.ts';
import { decrypt } from './decrypt.ts';

it('reads what the vendor gives as an example', () => {
  // https://open.feishu.cn/document/server-docs/event-subscription-guide/event-subscription-configure-/encrypt-key-encryption-configuration-case
  expect(decrypt('test key', 'P37w+VZImNgPEO1RBhJ6RtKl7n6zymIbEG1pReEzghk=')).toBe('hello world');
});

it('reads what was encrypted with its key, and nothing else', () => {
  expect(decrypt('key', encrypt('key', '你好 🙂'))).toBe('你好 🙂');
  expect(decrypt('key', encrypt('another key', '{"a":1}'))).not.toBe('{"a":1}');
});

it.each(['', 'AAAA', 'not base64 at all', 'P37w+VZImNgPEO1RBhJ6Rg=='])('has no text for %j', (text) => {
  expect(decrypt('key', text)).toBeUndefined();
});
