import { channelOf } from '../../channels/index.ts';
import type { AccountConfig, ChannelStatus, UnusableChannel } from '../../contracts/index.ts';
import { mapBounded } from '../bounded.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { readConnection } from './connection.ts';

const concurrency = 8;

type Dependencies = Pick<ApiDependencies, 'accounts' | 'unusable' | 'temporal' | 'lastEvents'>;

export interface ChannelReader {
  /** All accounts, those that do not start last. `origin`: where platforms reach us. */
  list(origin: string): Promise<ChannelStatus[]>;
  /** Undefined: no such account is configured. */
  find(id: string, origin: string): Promise<ChannelStatus | undefined>;
}

export function createChannelReader(deps: Dependencies): ChannelReader {
  const unusable = new Map(deps.unusable.map((one) => [one.id, unusableStatus(one)]));
  const accounts = new Map(deps.accounts.map((account) => [account.id, account]));
  return {
    async list(origin) {
      const statuses = await mapBounded(deps.accounts, concurrency, (one) => statusOf(one, origin, deps));
      return [...statuses, ...unusable.values()];
    },
    async find(id, origin) {
      const account = accounts.get(id);
      return account ? statusOf(account, origin, deps) : unusable.get(id);
    },
  };
}

async function statusOf(account: AccountConfig, origin: string, deps: Dependencies): Promise<ChannelStatus> {
  const { id, kind } = account;
  const mode = modeOf(account);
  const [connection, lastEvent] = await Promise.all([
    mode === 'connection' ? readConnection(deps.temporal, id) : undefined,
    deps.lastEvents.get(id),
  ]);
  return {
    id,
    kind,
    mode,
    status: connection ? (connection.connectedSince ? 'connected' : 'connecting') : 'ready',
    problems: [],
    connectedSince: connection?.connectedSince ?? null,
    lastEvent: lastEvent && { ...lastEvent, at: new Date(lastEvent.at).toISOString() },
    lastError: connection?.lastError ?? null,
    owner: connection?.owner ?? null,
    received: connection?.received ?? null,
    callbackUrl: mode === 'callback' ? `${origin}/webhooks/${id}` : null,
  };
}

function modeOf(account: AccountConfig): 'callback' | 'connection' | 'none' {
  const channel = channelOf(account.kind);
  if (channel?.connects(account)) return 'connection';
  return channel?.receive ? 'callback' : 'none';
}

function unusableStatus({ id, kind, problems }: UnusableChannel): ChannelStatus {
  return {
    id,
    kind,
    mode: null,
    status: 'unusable',
    problems,
    connectedSince: null,
    lastEvent: null,
    lastError: null,
    owner: null,
    received: null,
    callbackUrl: null,
  };
}
