import { Counter, collectDefaultMetrics, Histogram, Registry } from 'prom-client';

/** Seconds, from a cached answer to the longest model call. */
const callBuckets = [0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 40, 80, 160];
const httpBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

/** Wake-ups a second of the event-loop probe are 1000 / this; an idle process should stay idle. */
const eventLoopProbeMs = 100;

/**
 * The instruments of one process, in a registry of their own (text: `registry.metrics()`).
 * Labels take few values: kinds, results and configured ids, never people, conversations or messages.
 */
export function createMetrics() {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: eventLoopProbeMs });
  return {
    registry,
    accepted: new Counter({
      name: 'errand_accepted_total',
      help: 'Messages taken: answered 2xx and durable.',
      registers,
    }),
    refused: new Counter({
      name: 'errand_refused_total',
      help: 'Webhook requests that were not taken, by reason.',
      labelNames: ['reason'],
      registers,
    }),
    outcomes: new Counter({
      name: 'errand_outcomes_total',
      help: 'Runs that ended, by outcome.',
      labelNames: ['outcome'],
      registers,
    }),
    modelSeconds: new Histogram({
      name: 'errand_model_seconds',
      help: 'Time of one model call, by model and result.',
      labelNames: ['model', 'result'],
      buckets: callBuckets,
      registers,
    }),
    modelTokens: new Counter({
      name: 'errand_model_tokens_total',
      help: 'Tokens used, by model and kind (prompt or completion).',
      labelNames: ['model', 'kind'],
      registers,
    }),
    modelFirstTokenSeconds: new Histogram({
      name: 'errand_model_first_token_seconds',
      help: 'Time to the first token of a model call that was answered, by model.',
      labelNames: ['model'],
      buckets: callBuckets,
      registers,
    }),
    modelCost: new Counter({
      name: 'errand_model_cost_total',
      help: 'What tokens cost by the configured prices, by model and currency.',
      labelNames: ['model', 'currency'],
      registers,
    }),
    deliverySeconds: new Histogram({
      name: 'errand_delivery_seconds',
      help: 'Time of one delivery attempt, by channel and result.',
      labelNames: ['channel', 'result'],
      buckets: callBuckets,
      registers,
    }),
    httpSeconds: new Histogram({
      name: 'errand_http_seconds',
      help: 'Time to answer a request, by route pattern, method and status.',
      labelNames: ['route', 'method', 'status'],
      buckets: httpBuckets,
      registers,
    }),
  };
}

export type Metrics = ReturnType<typeof createMetrics>;
