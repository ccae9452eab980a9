import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import { EgressError } from './egress-error.ts';
import { forbiddenPorts } from './forbidden.ts';

type Address = ipaddr.IPv4 | ipaddr.IPv6;
type AllowEntry = { host: string } | { network: Address; bits: number };

/** What may be reached. Every check throws `EgressError` of type `EgressRefused`. */
export interface EgressPolicy {
  /** Scheme, credentials, port, and the address itself where the host is one. */
  checkUrl(url: URL): void;
  /** Every address of a host, right before a connection is made to one of them. */
  checkAddresses(hostname: string, addresses: readonly string[]): void;
}

/** Reads an entry of the allow-list, a host name, an address or a network in CIDR form; undefined when it is none. */
export function parseAllowEntry(entry: string): AllowEntry | undefined {
  if (ipaddr.isValidCIDR(entry)) {
    const [network, bits] = ipaddr.parseCIDR(entry);
    return { network, bits };
  }
  if (isIP(entry) !== 0) {
    const network = ipaddr.process(entry);
    return { network, bits: network.toByteArray().length * 8 };
  }
  const host = normaliseHost(entry);
  return /^[a-z0-9_]([a-z0-9_.-]{0,251}[a-z0-9_])?$/.test(host) && !/^[0-9.]+$/.test(host)
    ? { host }
    : undefined;
}

/**
 * The rules for addresses that came from messages, models and flows: public unicast addresses only, unless
 * the allow-list names the host or holds the address. Throws `RangeError` when an entry of the list cannot be read.
 */
export function createPolicy(allow: readonly string[]): EgressPolicy {
  const entries = allow.map((text) => {
    const entry = parseAllowEntry(text);
    if (!entry) throw new RangeError(`egress.allow: "${text.slice(0, 100)}" is no host, address or network`);
    return entry;
  });
  const allowedHosts = new Set(entries.flatMap((entry) => ('host' in entry ? [entry.host] : [])));
  const allowedNetworks = entries.flatMap((entry) => ('network' in entry ? [entry] : []));

  function isAllowed(text: string): boolean {
    // A zone index (fe80::1%eth0) is no part of the address.
    const plain = text.replace(/%.*$/, '');
    if (!ipaddr.isValid(plain)) return false;
    // An IPv4 address in IPv6 clothes (::ffff:127.0.0.1) is judged as what it is.
    const address = ipaddr.process(plain);
    return isPublic(address) || allowedNetworks.some((entry) => contains(entry, address));
  }

  function checkAddresses(hostname: string, addresses: readonly string[]): void {
    const host = normaliseHost(hostname);
    if (allowedHosts.has(host)) return;
    if (!addresses.every(isAllowed)) {
      throw new EgressError('EgressRefused', `${host} has an address that is not public`);
    }
  }

  function checkUrl(url: URL): void {
    if (url.protocol !== 'http:' && url.protocol !== 'https:') {
      throw new EgressError('EgressRefused', `the scheme ${url.protocol} is not allowed`);
    }
    if (url.username !== '' || url.password !== '') {
      throw new EgressError('EgressRefused', `the address of ${url.hostname} carries credentials`);
    }
    if (forbiddenPorts.has(Number(url.port))) {
      throw new EgressError('EgressRefused', `port ${url.port} of ${url.hostname} is not allowed`);
    }
    const literal = url.hostname.replace(/^\[|\]$/g, '');
    if (isIP(literal) !== 0) checkAddresses(literal, [literal]);
  }

  return { checkUrl, checkAddresses };
}

/** Global unicast only. In IPv6 that is 2000::/3 without the ranges that embed or tunnel IPv4 addresses. */
function isPublic(address: Address): boolean {
  if (address.range() !== 'unicast') return false;
  return address.kind() === 'ipv4' || (address.toByteArray()[0] ?? 0) >> 5 === 1;
}

function contains(entry: { network: Address; bits: number }, address: Address): boolean {
  return entry.network.kind() === address.kind() && address.match(entry.network, entry.bits);
}

function normaliseHost(host: string): string {
  return host.toLowerCase().replace(/\.$/, '');
}
