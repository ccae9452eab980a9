import { describe, expect, it } from 'vitest';
import { EgressError } from './egress-error.ts';
import { createPolicy, parseAllowEntry } from './policy.ts';

const strict = createPolicy([]);
const check = (url: string, policy = strict) => policy.checkUrl(new URL(url));

describe('checkUrl', () => {
  it.each([
    'http://127.0.0.1/',
    'http://127.1/',
    'http://2130706433/',
    'http://0x7f000001/',
    'http://0x7f.1/',
    'http://0177.0.0.1/',
    'http://127.0.0.1./',
    'http://0.0.0.0/',
    'http://0.1.2.3/',
    'http://10.0.0.1/',
    'http://172.16.0.1/',
    'http://192.168.1.1/',
    'http://100.64.0.1/',
    'http://169.254.169.254/latest/meta-data',
    'http://192.0.2.1/',
    'http://198.18.0.1/',
    'http://224.0.0.1/',
    'http://240.0.0.1/',
    'http://255.255.255.255/',
    'http://[::]/',
    'http://[::1]/',
    'http://[::7f00:1]/',
    'http://[::ffff:127.0.0.1]/',
    'http://[::ffff:7f00:1]/',
    'http://[::ffff:0:7f00:1]/',
    'http://[fe80::1]/',
    'http://[fec0::1]/',
    'http://[fd00:ec2::254]/',
    'http://[ff02::1]/',
    'http://[64:ff9b::7f00:1]/',
    'http://[64:ff9b::808:808]/',
    'http://[64:ff9b:1::1]/',
    'http://[2002:7f00:1::]/',
    'http://[2001::1]/',
    'http://[2001:db8::1]/',
  ])('refuses %s', (url) => {
    expect(() => check(url)).toThrow(EgressError);
  });

  it.each([
    'http://8.8.8.8/',
    'https://[2606:4700:4700::1111]/',
    'http://[::ffff:8.8.8.8]/',
    'https://example.com/',
  ])('lets %s pass', (url) => {
    check(url);
  });

  it.each(['file:///etc/passwd', 'ftp://example.com/', 'gopher://example.com/', 'data:text/plain,x'])(
    'refuses the scheme of %s',
    (url) => {
      expect(() => check(url)).toThrow('scheme');
    },
  );

  it('refuses ports that other protocols live on', () => {
    expect(() => check('http://example.com:25/')).toThrow('port 25');
    check('http://example.com:8443/');
  });

  it('refuses credentials in an address and does not repeat them', () => {
    expect(() => check('https://user:hunter22@example.com/x?q=1')).toThrow(
      /^the address of example.com carries credentials$/,
    );
  });

  it('lets an address pass that a listed network holds, in any spelling', () => {
    const policy = createPolicy(['127.0.0.0/8', 'fd00::/8', '10.1.2.3']);
    for (const url of [
      'http://0x7f000001/',
      'http://[::ffff:127.0.0.1]/',
      'http://[fd00::1]/',
      'http://10.1.2.3/',
    ]) {
      check(url, policy);
    }
    expect(() => check('http://10.1.2.4/', policy)).toThrow(EgressError);
  });
});

describe('checkAddresses', () => {
  it('refuses a host when only one of its addresses is private', () => {
    expect(() => strict.checkAddresses('mixed.example', ['8.8.8.8', '10.0.0.1'])).toThrow('mixed.example');
    strict.checkAddresses('public.example', ['8.8.8.8', '2606:4700::1']);
  });

  it('refuses what is no address, and link-local ones with a zone', () => {
    expect(() => strict.checkAddresses('odd.example', ['garbage'])).toThrow(EgressError);
    expect(() => strict.checkAddresses('odd.example', ['fe80::1%eth0'])).toThrow(EgressError);
  });

  it('takes a listed host at its word, however it is spelled', () => {
    const policy = createPolicy(['Intranet.example']);
    policy.checkAddresses('intranet.example.', ['10.0.0.1']);
    expect(() => policy.checkAddresses('not-intranet.example', ['10.0.0.1'])).toThrow(EgressError);
  });
});

describe('parseAllowEntry', () => {
  it.each(['intranet.example', 'localhost', '10.0.0.1', '10.0.0.0/8', '::1', 'fd00::/8'])(
    'reads %s',
    (entry) => {
      expect(parseAllowEntry(entry)).toBeDefined();
    },
  );

  it.each([
    '',
    ' ',
    '*',
    '10.0.0.0/33',
    '10.0.0',
    'http://intranet.example',
    'intranet.example:80',
    'a b',
    'a/b',
  ])('does not read "%s", so that nothing is allowed by mistake', (entry) => {
    expect(parseAllowEntry(entry)).toBeUndefined();
    expect(() => createPolicy([entry])).toThrow(RangeError);
  });
});
