/** Long connections: an activity opens one and holds it until it ends, is cancelled, or its worker is to stop. */
import { AsyncResource } from 'node:async_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { ApplicationFailure, CancelledFailure, Context } from '@temporalio/activity';
import { DeliveryError } from '../../channels/delivery-error.ts';
import type { ConnectionActivities } from '../../contracts/activities.ts';
import { signalNames } from '../../contracts/workflows.ts';
import { hasOtherWorkers } from '../../services/temporal/index.ts';
import type { ConnectionDependencies } from './dependencies.ts';
import { type Held, open } from './hold.ts';
import { ConnectionReport } from './report.ts';

export type { ConnectionDependencies } from './dependencies.ts';

const beatMs = 2_000;
/** How long the old connection waits for the new one: well within the grace time of a worker. */
const handOverMs = 10_000;

export function createConnectionActivities(
  dependencies: Omit<ConnectionDependencies, 'outside'>,
): ConnectionActivities {
  const resource = new AsyncResource('connections');
  const deps = { ...dependencies, outside: <T>(work: () => T): T => resource.runInAsyncScope(work) };
  const { accounts, channelOf, clock, identity, stopping, temporal } = deps;

  return {
    async holdConnection({ account: id, holder }) {
      const context = Context.current();
      const report = new ConnectionReport(context, holder, clock);
      if (stopping.aborted) throw report.stopping();
      const account = accounts.get(id);
      const channel = account && channelOf(account.kind);
      if (!account || !channel?.connects(account)) throw report.absent(id);

      const logger = deps.logger.child({ account: id, channel: account.kind, holder });
      const tell = (what: 'connected' | 'handOver'): Promise<void> =>
        temporal.workflow
          .getHandle(context.info.workflowExecution?.workflowId ?? '')
          .signal<[number]>(signalNames[what], holder);
      const beat = setInterval(() => report.beat(), beatMs);
      const done = new AbortController();
      const asked = aborted(stopping, done.signal);
      let held: Held | undefined;
      try {
        held = await open(channel, account, deps, report, Promise.race([context.cancelled, asked]));
        report.connected();
        logger.info('connected');
        if (report.isNew && holder > 1) await tell('connected');
        report.announced();
        const reason = await Promise.race([held.over, asked, context.cancelled]);
        if (reason !== undefined) throw report.lost(reason);
        const isAlone = await hasOtherWorkers(temporal, identity).then(
          (has) => !has,
          () => false,
        );
        if (isAlone || !channel.connectionsOverlap) throw report.stopping();
        await tell('handOver');
        logger.info('handing the connection over');
        await Promise.race([
          held.over,
          context.cancelled,
          delay(handOverMs, undefined, { signal: done.signal }),
        ]);
      } catch (thrown) {
        const failure = failureOf(thrown, report);
        if (failure instanceof ApplicationFailure) logger.warn({ err: failure }, 'not connected');
        throw failure;
      } finally {
        clearInterval(beat);
        done.abort();
        await held?.close();
      }
    },
  };
}

function failureOf(thrown: unknown, report: ConnectionReport): Error {
  if (thrown instanceof ApplicationFailure || thrown instanceof CancelledFailure) return thrown;
  const askedMs = thrown instanceof DeliveryError ? thrown.retryAfterMs : undefined;
  return report.lost(thrown instanceof Error ? thrown.message : String(thrown), askedMs);
}

/** Resolves once the signal is aborted; not listened to any more after `done`. */
function aborted(signal: AbortSignal, done: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(undefined), { once: true, signal: done });
  });
}
