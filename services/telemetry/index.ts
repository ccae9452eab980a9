/**
 * Telemetry: how the running house is seen. Loggers write JSON lines that join by trace, run and message id and
 * never hold a secret; metrics are Prometheus instruments in a registry per process.
 */
export { addBacklog } from './backlog.ts';
export { createLogger, type LogContext, type Logger, type LoggerOptions } from './logger.ts';
export { createMetrics, type Metrics } from './metrics.ts';
export { addModelStates } from './model-states.ts';
