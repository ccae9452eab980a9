import { Gauge } from 'prom-client';
import type { Metrics } from './metrics.ts';

/** Adds what waits for a worker to the metrics, asked when they are read; unknown while the server is away. */
export function addBacklog(
  { registry }: Metrics,
  read: () => Promise<{ kind: string; tasks: number; ageSeconds: number }[]>,
): void {
  const registers = [registry];
  const age = new Gauge({
    name: 'errand_backlog_age_seconds',
    help: 'Age of the oldest task that no worker has taken yet, by kind.',
    labelNames: ['kind'],
    registers,
  });
  const tasks = new Gauge({
    name: 'errand_backlog_tasks',
    help: 'Tasks that no worker has taken yet, as the server estimates them, by kind.',
    labelNames: ['kind'],
    registers,
    async collect() {
      tasks.reset();
      age.reset();
      for (const { kind, ...backlog } of await read().catch(() => [])) {
        tasks.set({ kind }, backlog.tasks);
        age.set({ kind }, backlog.ageSeconds);
      }
    },
  });
}
