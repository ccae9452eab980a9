import { Gauge } from 'prom-client';
import type { Metrics } from './metrics.ts';

interface Backlog {
  kind: string;
  tasks: number;
  ageSeconds: number;
}

/** Adds what waits for a worker to the metrics, asked when they are read; absent while the server is away. */
export function addBacklog({ registry }: Metrics, read: () => Promise<Backlog[]>): void {
  let asked: Promise<Backlog[]> | undefined;
  /** One question for all gauges of one reading. */
  const ask = (): Promise<Backlog[]> => {
    asked ??= read()
      .catch(() => [])
      .finally(() => {
        asked = undefined;
      });
    return asked;
  };
  const gauge = (name: string, help: string, figure: (backlog: Backlog) => number): void => {
    new Gauge({
      name,
      help,
      labelNames: ['kind'],
      registers: [registry],
      async collect() {
        const backlogs = await ask();
        this.reset();
        for (const backlog of backlogs) this.set({ kind: backlog.kind }, figure(backlog));
      },
    });
  };
  gauge(
    'errand_backlog_tasks',
    'Tasks that no worker has taken yet, as the server estimates them.',
    (backlog) => backlog.tasks,
  );
  gauge(
    'errand_backlog_age_seconds',
    'Age of the oldest task that no worker has taken yet.',
    (backlog) => backlog.ageSeconds,
  );
}
