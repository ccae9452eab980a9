import { Gauge } from 'prom-client';
import type { ModelStatus } from '../../contracts/model-status.ts';
import type { Metrics } from './metrics.ts';

const figures: Readonly<Record<ModelStatus['breaker'], number>> = { closed: 0, 'half-open': 1, open: 2 };

/** Adds how the endpoints of models stand to the metrics, as they are when it is read. */
export function addModelStates({ registry }: Metrics, read: () => readonly ModelStatus[]): void {
  new Gauge({
    name: 'errand_model_breaker',
    help: 'Circuit breaker of a model: 0 closed, 1 half-open, 2 open.',
    labelNames: ['model'],
    registers: [registry],
    collect() {
      this.reset();
      for (const { id, breaker } of read()) this.set({ model: id }, figures[breaker]);
    },
  });
}
