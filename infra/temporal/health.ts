import { setTimeout as delay } from 'node:timers/promises';
import { Connection } from '@temporalio/client';

/** As the frontend registers itself with the gRPC health service. */
const frontendService = 'temporal.api.workflowservice.v1.WorkflowService';
/** `grpc.health.v1.HealthCheckResponse.ServingStatus.SERVING` */
const serving = 1;
const pollMs = 50;

/** Asks a Temporal frontend for its health; reconnects by itself. */
export interface HealthProbe {
  /** False on any other answer, and on none in `timeoutMs`. */
  check(timeoutMs: number): Promise<boolean>;
  close(): Promise<void>;
}

export function openHealthProbe(address: string): HealthProbe {
  const connection = Connection.lazy({ address, connectTimeout: 1_000 });
  return {
    check: async (timeoutMs) => {
      try {
        return await connection.withDeadline(Date.now() + timeoutMs, async () => {
          const { status } = await connection.healthService.check({ service: frontendService });
          return status === serving;
        });
      } catch {
        return false;
      }
    },
    close: () => connection.close(),
  };
}

/** Waits until the server is healthy. False when `signal` came first. */
export async function becomesHealthy(address: string, signal: AbortSignal): Promise<boolean> {
  while (!signal.aborted) {
    // A fresh connection: gRPC's own back-off would wait for seconds after the first refusal.
    const probe = openHealthProbe(address);
    try {
      if (await probe.check(1_000)) return true;
    } finally {
      await probe.close();
    }
    await delay(pollMs, undefined, { signal }).catch(() => undefined);
  }
  return false;
}
