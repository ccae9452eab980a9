import ipaddr from 'ipaddr.js';

type Address = ReturnType<typeof ipaddr.process>;
type Network = [Address, number];

/** More hops than this behind trusted proxies is no real topology. */
const maximumHops = 32;

/** Whether an address is in a list of addresses and networks. */
export type AddressMatcher = (address: Address) => boolean;

/** Parses addresses and CIDR networks. Throws with the entry that is neither. */
export function addressMatcher(entries: readonly string[]): AddressMatcher {
  const networks = entries.map(parseNetwork);
  return (address) => networks.some((network) => contains(network, address));
}

/**
 * Who is asking: the peer, or, when that is a trusted proxy, the right-most address of `X-Forwarded-For` that is not one.
 * Null when the header holds something else than an address there.
 */
export function clientAddress(
  peer: string | undefined,
  forwardedFor: string | null | undefined,
  isTrustedProxy: AddressMatcher,
): Address | null {
  let address = parseAddress(peer ?? '');
  const hops = (forwardedFor ?? '').split(',').filter((hop) => hop.trim() !== '');
  for (let hop = 0; address && isTrustedProxy(address) && hops.length > 0; hop++) {
    if (hop >= maximumHops) return null;
    address = parseAddress(hops.pop() ?? '');
  }
  return address;
}

/** The key of an address for rate limits: itself, or its /64, of which one IPv6 client has all. */
export function addressKey(address: Address | null): string {
  if (!address) return 'unknown';
  const text = address.toNormalizedString();
  return address.kind() === 'ipv6' ? text.split(':').slice(0, 4).join(':') : text;
}

function parseAddress(text: string): Address | null {
  const bare = text
    .trim()
    .replace(/^\[([^\]]*)\](:\d{1,5})?$/, '$1')
    .replace(/^(\d{1,3}(?:\.\d{1,3}){3}):\d{1,5}$/, '$1');
  // ipaddr.js takes octal and short forms too, which others read differently.
  if (!ipaddr.IPv4.isValidFourPartDecimal(bare) && !ipaddr.IPv6.isValid(bare)) return null;
  return ipaddr.process(bare);
}

function parseNetwork(entry: string): Network {
  const address = parseAddress(entry);
  if (address) return [address, address.kind() === 'ipv4' ? 32 : 128];
  try {
    return ipaddr.parseCIDR(entry);
  } catch {
    throw new RangeError(`not an IP address or network: ${entry.slice(0, 60)}`);
  }
}

function contains([network, bits]: Network, address: Address): boolean {
  if (network instanceof ipaddr.IPv4) return address instanceof ipaddr.IPv4 && address.match(network, bits);
  return address instanceof ipaddr.IPv6 && address.match(network, bits);
}
