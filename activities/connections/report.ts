import { ApplicationFailure, type Context } from '@temporalio/activity';
import { type ConnectionState, connectionState } from '../../contracts/connection.ts';
import { connectionFailures } from '../../contracts/workflows.ts';

const firstWaitMs = 1_000;
const longestWaitMs = 30_000;
/** A platform may ask for more. */
const longestAskedMs = 300_000;
/** A connection that lasted this long was a good one: the waits begin anew. */
const lastingMs = 60_000;
/** Workers with the configuration of before or after may be about while they are exchanged. */
const toleratedAbsences = 10;

/** What the holder of a connection says of it: by heartbeats, which the next attempt finds, and by how it fails. */
export class ConnectionReport {
  private readonly context: Pick<Context, 'info' | 'heartbeat'>;
  private readonly clock: () => number;
  private readonly state: ConnectionState;
  private connectedAt: number | undefined;

  constructor(context: Pick<Context, 'info' | 'heartbeat'>, holder: number, clock: () => number) {
    this.context = context;
    this.clock = clock;
    const before = connectionState.safeParse(context.info.heartbeatDetails).data;
    this.state = { ...(before ?? fresh), holder, attempt: context.info.attempt, connectedSince: null };
  }

  /** Whether the holder has not been connected before. */
  get isNew(): boolean {
    return !this.state.announced;
  }

  /** Those that it takes over from know that it is connected. */
  announced(): void {
    this.state.announced = true;
  }

  beat(): void {
    this.context.heartbeat({ ...this.state });
  }

  connected(): void {
    this.connectedAt = this.clock();
    this.state.connectedSince = this.now();
    this.state.absences = 0;
    this.alive();
    this.beat();
  }

  alive(): void {
    this.state.lastAliveAt = this.now();
  }

  event(): void {
    this.state.lastEventAt = this.now();
  }

  taken(): void {
    this.state.received += 1;
  }

  /** The failure of a connection that is no more, with the wait until the next try. `askedMs`: what the platform wants. */
  lost(reason: string, askedMs = 0): ApplicationFailure {
    const lasted = this.connectedAt === undefined ? 0 : this.clock() - this.connectedAt;
    const failures = lasted >= lastingMs ? 1 : this.state.failures + 1;
    this.leave({ failures, absences: 0 });
    const wait = Math.min(firstWaitMs * 2 ** (failures - 1), longestWaitMs);
    return failure('lost', reason, Math.max(wait, Math.min(askedMs, longestAskedMs)));
  }

  /** The failure of a worker that is to stop: another one tries at once. */
  stopping(): ApplicationFailure {
    this.leave({});
    return failure('stopping', 'the worker is to stop', 100);
  }

  /** The failure of a worker that does not know the account: others may; when none does that is the end. */
  absent(account: string): ApplicationFailure {
    const absences = this.state.absences + 1;
    this.leave({ absences });
    const reason = `account ${account} is not configured to hold a connection`;
    return failure('gone', reason, firstWaitMs, absences >= toleratedAbsences);
  }

  private leave(change: Partial<ConnectionState>): void {
    Object.assign(this.state, change, { connectedSince: null });
    this.beat();
  }

  private now(): string {
    return new Date(this.clock()).toISOString();
  }
}

const fresh: ConnectionState = {
  holder: 0,
  attempt: 0,
  connectedSince: null,
  lastAliveAt: null,
  lastEventAt: null,
  received: 0,
  failures: 0,
  absences: 0,
  announced: false,
};

function failure(
  type: keyof typeof connectionFailures,
  message: string,
  nextRetryDelay: number,
  nonRetryable = false,
): ApplicationFailure {
  return ApplicationFailure.create({ type: connectionFailures[type], message, nextRetryDelay, nonRetryable });
}
