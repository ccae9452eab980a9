import { randomUUID } from 'node:crypto';
import type { Channel, Connection, ParsedMessage } from '../../channels/channel.ts';
import { DeliveryError } from '../../channels/delivery-error.ts';
import { within } from '../../channels/intake/within.ts';
import type { AccountConfig } from '../../contracts/accounts.ts';
import type { ConnectionDependencies } from './dependencies.ts';
import type { ConnectionReport } from './report.ts';

/** How long a platform may take to confirm a connection. */
const openMs = 30_000;
/** How long what is being taken may take when a connection is closed. */
const closeMs = 5_000;
/** Longer than the rarest sign of life, a ping every two minutes. */
const silentMs = 150_000;
const lookMs = 2_000;

/** A connection that is open, and watched. */
export interface Held {
  /** Resolves when it is no good any more, with the reason; never rejects. */
  over: Promise<string>;
  /** Resolves when it is closed, whatever stood in the way. */
  close(): Promise<void>;
}

/**
 * Opens an account's connection. Throws what `connect` throws, what `unwanted` rejects with, and that the worker is to
 * stop when it resolves; nothing stays open then.
 */
export async function open(
  channel: Pick<Channel, 'connect'>,
  account: AccountConfig,
  deps: ConnectionDependencies,
  report: ConnectionReport,
  unwanted: Promise<undefined>,
): Promise<Held> {
  const { clock, egress, intake, lastEvents, outside, tokens } = deps;
  const logger = deps.logger.child({ account: account.id, channel: account.kind });
  let aliveAt = clock();
  const alive = (): void => {
    aliveAt = clock();
    report.alive();
  };
  const take = async (message: ParsedMessage): Promise<void> => {
    alive();
    report.event();
    const { type } = await intake.take(account, message, randomUUID().replaceAll('-', ''));
    if (type === 'taken') report.taken();
  };
  const ignored = (reason: string): void => {
    alive();
    report.event();
    lastEvents.note(account.id, { at: clock(), verdict: 'ignored', reason });
  };
  const opening = outside(async () => {
    const connection = await channel.connect?.(account, {
      egress,
      tokens,
      logger,
      take,
      ignored,
      alive,
      clock,
    });
    if (!connection) throw new DeliveryError(`${account.kind} has no long connection`, { retryable: false });
    return connection;
  });
  const connection = await Promise.race([within(openMs, opening), unwanted]).catch((error: unknown) => {
    drop(opening);
    throw error;
  });
  if (!connection) {
    drop(opening);
    throw report.stopping();
  }
  alive();
  const silence = watch(() => clock() - aliveAt);
  return {
    over: Promise.race([connection.ended, silence.noticed]),
    async close() {
      silence.stop();
      await within(closeMs, connection.close()).catch((error: unknown) => {
        logger.warn({ err: error }, 'a connection did not close well');
      });
    },
  };
}

/** Of a connection that comes too late. */
function drop(opening: Promise<Connection>): void {
  opening.then((late) => late.close()).catch(() => {});
}

/** Notices when nothing was heard for too long, whatever the channel itself looks at. */
function watch(silentFor: () => number): { noticed: Promise<string>; stop(): void } {
  let timer: NodeJS.Timeout | undefined;
  const noticed = new Promise<string>((resolve) => {
    timer = setInterval(() => {
      if (silentFor() > silentMs) resolve(`nothing was heard for ${silentMs / 1_000} s`);
    }, lookMs);
  });
  return { noticed, stop: () => clearInterval(timer) };
}
