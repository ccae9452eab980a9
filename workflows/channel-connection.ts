import {
  ActivityFailure,
  ApplicationFailure,
  CancellationScope,
  condition,
  continueAsNew,
  defineSignal,
  isCancellation,
  log,
  setHandler,
  sleep,
  workflowInfo,
} from '@temporalio/workflow';
import { type ConnectionInput, connectionFailures, signalNames } from '../contracts/workflows.ts';
import { connectionActivities } from './placement.ts';

const handOverSignal = defineSignal<[number]>(signalNames.handOver);
const connectedSignal = defineSignal<[number]>(signalNames.connected);

/** Before another try of what should not have failed. */
const pause = '30s';

/**
 * The long connection of an account, for as long as the account is configured. One activity holds it, and Temporal has
 * it tried again wherever a worker is left; when its worker is to stop, a second one is connected before it is closed.
 */
export async function channelConnection({ account, holders }: ConnectionInput): Promise<void> {
  const holding = new Map<number, CancellationScope>();
  let newest = holders;
  let over = false;

  async function open(): Promise<void> {
    newest += 1;
    const holder = newest;
    const scope = new CancellationScope();
    holding.set(holder, scope);
    const failure = await scope.run(() => hold(account, holder));
    holding.delete(holder);
    if (holder < newest) return;
    if (over || failure === 'gone' || failure === 'cancelled') over = true;
    else void open();
  }

  // Before signals are heard: a late one of the execution before is about none of these holders.
  void open();
  setHandler(handOverSignal, (holder) => {
    if (holder === newest && !over) void open();
  });
  setHandler(connectedSignal, (holder) => {
    for (const [earlier, scope] of holding) if (earlier < holder) scope.cancel();
  });
  await condition(() => over || (workflowInfo().continueAsNewSuggested && holding.size === 1));
  if (over) return;
  over = true;
  for (const scope of holding.values()) scope.cancel();
  await condition(() => holding.size === 0);
  await continueAsNew<typeof channelConnection>({ account, holders: newest });
}

/** Returns when the connection is somebody else's, or nobody's any more; never throws. */
async function hold(account: string, holder: number): Promise<'passed' | 'gone' | 'cancelled'> {
  try {
    await connectionActivities.holdConnection.executeWithOptions({ summary: account }, [{ account, holder }]);
    return 'passed';
  } catch (thrown) {
    if (isCancellation(thrown)) return 'cancelled';
    if (isGone(thrown)) return 'gone';
    log.error('a connection is held no more', { account, error: String(thrown) });
  }
  try {
    await sleep(pause);
    return 'passed';
  } catch {
    return 'cancelled';
  }
}

function isGone(thrown: unknown): boolean {
  const cause = thrown instanceof ActivityFailure ? thrown.cause : undefined;
  return cause instanceof ApplicationFailure && cause.type === connectionFailures.gone;
}
