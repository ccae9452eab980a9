import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import { decodeArrayFromPayloads } from '@temporalio/common/lib/internal-non-workflow/index.js';
import proto from '@temporalio/proto';
import { type ConnectionState, connectionFailures, connectionState } from '../../contracts/index.ts';
import { connectionWorkflowId } from '../../services/temporal/workflow-ids.ts';
import { queryMs } from '../temporal-reader.ts';

const { PendingActivityState } = proto.temporal.api.enums.v1;
type PendingActivity = proto.temporal.api.workflow.v1.IPendingActivityInfo;

/** A long connection as whoever holds it, or last tried, has said. */
export interface ConnectionView {
  connectedSince: string | null;
  received: number;
  lastError: string | null;
  /** The worker that holds it or is opening it. */
  owner: string | null;
}

const nobody: ConnectionView = { connectedSince: null, received: 0, lastError: null, owner: null };

/** The connection of an account, read from the activities that its workflow waits for. Throws when Temporal is away. */
export async function readConnection(temporal: Client, account: string): Promise<ConnectionView> {
  const handle = temporal.workflow.getHandle(connectionWorkflowId(account));
  try {
    const { raw } = await temporal.withDeadline(Date.now() + queryMs, () => handle.describe());
    const views = await Promise.all((raw.pendingActivities ?? []).map((one) => viewOf(temporal, one)));
    // While one is handed over there are two: the later one counts once it is there.
    views.sort((one, other) => (other.connectedSince ?? '').localeCompare(one.connectedSince ?? ''));
    return views[0] ?? nobody;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return nobody;
    throw error;
  }
}

async function viewOf(temporal: Client, activity: PendingActivity): Promise<ConnectionView> {
  const isStarted = activity.state === PendingActivityState.PENDING_ACTIVITY_STATE_STARTED;
  const state = await stateOf(temporal, activity);
  const isOwn = isStarted && state?.attempt === activity.attempt;
  return {
    connectedSince: (isOwn && state?.connectedSince) || null,
    received: state?.received ?? 0,
    lastError: errorOf(activity),
    owner: (isStarted && activity.lastWorkerIdentity) || null,
  };
}

async function stateOf(temporal: Client, activity: PendingActivity): Promise<ConnectionState | undefined> {
  const { loadedDataConverter } = temporal.options;
  const payloads = activity.heartbeatDetails?.payloads;
  const [details] = (await decodeArrayFromPayloads(loadedDataConverter, payloads)) ?? [];
  return connectionState.safeParse(details).data;
}

/** That a worker stopped in good order is none. */
function errorOf({ lastFailure }: PendingActivity): string | null {
  if (lastFailure?.applicationFailureInfo?.type === connectionFailures.stopping) return null;
  if (lastFailure?.timeoutFailureInfo)
    return 'The process that held the connection was not heard of any more.';
  return lastFailure?.message || null;
}
