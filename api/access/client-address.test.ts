import { describe, expect, it } from 'vitest';
import { addressKey, addressMatcher, clientAddress } from './client-address.ts';

const trusted = addressMatcher(['127.0.0.1', '10.0.0.0/8', 'fd00::/8']);
const nobody = addressMatcher([]);
const addressOf = (peer: string | undefined, forwardedFor?: string, proxies = trusted) =>
  clientAddress(peer, forwardedFor, proxies)?.toString() ?? null;

describe('clientAddress', () => {
  it('is the peer when no proxy is trusted, whatever the header says', () => {
    expect(addressOf('127.0.0.1', '1.2.3.4', nobody)).toBe('127.0.0.1');
    expect(addressOf('203.0.113.7', '10.0.0.1, 1.2.3.4')).toBe('203.0.113.7');
  });

  it('is the right-most address that is no trusted proxy', () => {
    expect(addressOf('127.0.0.1', '1.1.1.1, 203.0.113.7, 10.1.2.3')).toBe('203.0.113.7');
    expect(addressOf('fd00::1', '2001:db8::9')).toBe('2001:db8::9');
  });

  it('is the proxy itself when it says nothing, or when all are proxies', () => {
    expect(addressOf('127.0.0.1')).toBe('127.0.0.1');
    expect(addressOf('127.0.0.1', '10.0.0.2, 10.0.0.1')).toBe('10.0.0.2');
  });

  it('takes an IPv4 address in IPv6 form, and addresses with ports', () => {
    expect(addressOf('::ffff:127.0.0.1', '203.0.113.7:4711')).toBe('203.0.113.7');
    expect(addressOf('::ffff:127.0.0.1', '[2001:db8::9]:443')).toBe('2001:db8::9');
  });

  it('is unknown when a trusted proxy passes on something that is no address, or an odd spelling of one', () => {
    for (const hop of ['unknown', '0x7f.1', '010.0.0.1', '127.1', '2130706433', '<script>']) {
      expect(addressOf('127.0.0.1', hop)).toBeNull();
    }
    expect(addressOf(undefined)).toBeNull();
    expect(addressOf('127.0.0.1', Array(50).fill('10.0.0.1').join(','))).toBeNull();
  });
});

describe('addressMatcher', () => {
  it('holds addresses and networks of both families', () => {
    const matcher = addressMatcher(['192.0.2.1', '2001:db8::/32', '10.0.0.0/8']);
    const isIn = (text: string) => {
      const address = clientAddress(text, null, nobody);
      return address !== null && matcher(address);
    };
    expect(['192.0.2.1', '::ffff:192.0.2.1', '2001:db8:1::1', '10.255.0.1'].every(isIn)).toBe(true);
    expect(['192.0.2.2', '2001:db9::1', '11.0.0.1', '::1'].some(isIn)).toBe(false);
  });

  it('refuses an entry that is neither, by name', () => {
    expect(() => addressMatcher(['10.0.0.0/40'])).toThrow('10.0.0.0/40');
    expect(() => addressMatcher(['localhost'])).toThrow('localhost');
  });
});

describe('addressKey', () => {
  it('is an IPv4 address, and the /64 of an IPv6 one', () => {
    const keyOf = (text: string) => addressKey(clientAddress(text, null, nobody));
    expect(keyOf('192.0.2.1')).toBe('192.0.2.1');
    expect(keyOf('2001:db8:1:2:3::4')).toBe(keyOf('2001:db8:1:2:ffff::1'));
    expect(keyOf('2001:db8:1:3::4')).not.toBe(keyOf('2001:db8:1:2::4'));
  });
});
