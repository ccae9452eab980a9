import { getSignature, decrypt as vendorDecrypt, encrypt as vendorEncrypt } from '@wecom/crypto';
import { describe, expect, it } from 'vitest';
import { vector } from '../../test/fakes/wecom/vector.ts';
import { aesKeyOf, type CallbackKeys, decrypt, encrypt, signatureOf } from './encryption.ts';

const keys: CallbackKeys = {
  token: vector.token,
  aesKey: aesKeyOf(vector.encodingAesKey) ?? Buffer.alloc(32),
  receiveId: vector.corpId,
};

function opened(encrypted: string, change: Partial<CallbackKeys> = {}): string | undefined {
  return decrypt({ ...keys, ...change }, encrypted)?.toString('utf8');
}

describe('signatureOf', () => {
  it.each([['verification'], ['message']] as const)(
    "computes the known answer of the vendor's %s",
    (name) => {
      const { timestamp, nonce, encrypted, signature } = vector[name];
      expect(signatureOf(vector.token, timestamp, nonce, encrypted)).toBe(signature);
      expect(getSignature(vector.token, timestamp, nonce, encrypted)).toBe(signature);
    },
  );
});

describe('decrypt', () => {
  it("opens what the vendor's document encrypted", () => {
    expect(opened(vector.verification.encrypted)).toBe('1616140317555161061');
    expect(opened(vector.message.encrypted)).toContain('<MsgId>4561255354251345929</MsgId>');
  });

  it.each([
    ['empty', ''],
    ['Chinese', '消息长度是按字节来算的'],
    ['of 31 bytes', 'x'.repeat(31)],
    ['of 12 bytes, which fill a block of 32 with the corp id', 'x'.repeat(10)],
    ['long', '🙂'.repeat(5_000)],
  ])("opens what the vendor's library encrypted, and the other way round: a text that is %s", (_, text) => {
    expect(opened(vendorEncrypt(vector.encodingAesKey, text, vector.corpId))).toBe(text);
    expect(vendorDecrypt(vector.encodingAesKey, encrypt(keys, text))).toMatchObject({
      message: text,
      id: vector.corpId,
    });
  });

  it('opens nothing that is meant for another receiver', () => {
    const { encrypted } = vector.verification;
    expect(opened(encrypted, { receiveId: 'wx5823bf96d3bd56c8' })).toBeUndefined();
    expect(opened(encrypted, { receiveId: '' })).toBeUndefined();
    expect(opened(vendorEncrypt(vector.encodingAesKey, 'hi', ''), { receiveId: '' })).toBe('hi');
  });

  it('opens nothing with another key', () => {
    expect(opened(vector.verification.encrypted, { aesKey: Buffer.alloc(32, 7) })).toBeUndefined();
  });

  it.each([
    ['empty', ''],
    ['no base64', '<xml/>'],
    ['cut short', vector.verification.encrypted.slice(0, 40)],
    ['cut within a block', vector.verification.encrypted.slice(0, 60)],
    ['longer than it says', `${vector.verification.encrypted.slice(0, -2)}AAAA`],
  ])('opens nothing that is %s', (_, encrypted) => {
    expect(opened(encrypted)).toBeUndefined();
  });
});

describe('aesKeyOf', () => {
  it('has 32 bytes, whatever the last two bits are', () => {
    expect(aesKeyOf(vector.encodingAesKey)).toHaveLength(32);
  });

  it.each(['', ' '.repeat(43), `${vector.encodingAesKey}=`, vector.encodingAesKey.slice(1), 'undefined'])(
    'is none for "%s"',
    (text) => {
      expect(aesKeyOf(text)).toBeUndefined();
    },
  );
});
