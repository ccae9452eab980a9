import { pino } from 'pino';
import { createRedactor } from './redact.ts';

export type Logger = pino.Logger;

/** What joins the lines of one order: bind it with `logger.child(…)`. */
export interface LogContext {
  traceId?: string;
  runId?: string;
  messageId?: string;
}

export interface LoggerOptions {
  level: string;
  /** Values that must never be written. */
  secrets: readonly string[];
  /** Fields of every line, such as the role of the process. */
  base?: Record<string, string>;
  /** Where lines go; stdout by default, written asynchronously and flushed at exit. */
  destination?: pino.DestinationStream;
}

/**
 * A logger of JSON lines (pino). Every listed secret is blanked out of the finished line: in messages, keys,
 * nested objects, error messages and stacks alike.
 */
export function createLogger({ level, secrets, base, destination }: LoggerOptions): Logger {
  return pino(
    {
      level,
      base: { service: 'errand', pid: process.pid, ...base },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: pino.stdSerializers.err, error: pino.stdSerializers.err },
      hooks: { streamWrite: createRedactor(secrets) },
    },
    destination ?? pino.destination({ fd: 1, sync: false }),
  );
}
