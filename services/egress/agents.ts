import { promises as dns, type LookupAddress } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { Agent } from 'undici';
import { EgressError } from './egress-error.ts';
import type { EgressPolicy } from './policy.ts';

/** All addresses of a host name. */
export type Resolve = (hostname: string) => Promise<LookupAddress[]>;

/** Connections to one origin at a time. What is above waits, so that a hanging server cannot use up all descriptors. */
const connectionsPerOrigin = 256;
const connectTimeoutMs = 5_000;

const pooling = {
  connections: connectionsPerOrigin,
  // Every request brings a deadline of its own; what streams sets a limit on silence.
  headersTimeout: 0,
  bodyTimeout: 0,
};

export const resolveAll: Resolve = (hostname) => dns.lookup(hostname, { all: true, verbatim: true });

/** How connections are opened. */
export interface ConnectionOptions {
  connectTimeoutMs?: number | undefined;
  /** PEM; the public authorities without. */
  ca?: string | undefined;
}

/** Pooled connections to addresses the operator configured, a pool for each way of opening them in use. */
export interface TrustedAgents {
  within(options?: ConnectionOptions): Agent;
  destroy(): Promise<void>;
}

export function createTrustedAgents(): TrustedAgents {
  const agents = new Map<string, Agent>();
  return {
    within({ connectTimeoutMs: timeout = connectTimeoutMs, ca } = {}) {
      const key = `${timeout} ${ca ?? ''}`;
      const known = agents.get(key);
      if (known) return known;
      const agent = new Agent({ ...pooling, connect: { timeout, ...(ca === undefined ? {} : { ca }) } });
      agents.set(key, agent);
      return agent;
    },
    async destroy() {
      await Promise.all([...agents.values()].map((agent) => agent.destroy()));
    },
  };
}

/**
 * Pooled connections to addresses from anywhere else. A name is resolved once for each connection, and the
 * connection goes to the very addresses that were checked: a name that changes its mind in between gains nothing.
 */
export function createGuardedAgent(policy: EgressPolicy, resolve: Resolve): Agent {
  const lookup: LookupFunction = (hostname, options, callback) => {
    resolve(hostname)
      .then((addresses) => {
        const [first] = addresses;
        if (!first) throw new EgressError('Unreachable', `${hostname} has no address`);
        policy.checkAddresses(
          hostname,
          addresses.map(({ address }) => address),
        );
        if (options.all) callback(null, addresses);
        else callback(null, first.address, first.family);
      })
      .catch((error: unknown) => {
        callback(error instanceof Error ? error : new Error(String(error)), '', 0);
      });
  };
  return new Agent({ ...pooling, connect: { timeout: connectTimeoutMs, lookup } });
}
