import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

/** One line of the Temporal server's log. */
export interface ServerLogEntry {
  level: 'debug' | 'info' | 'warn' | 'error';
  message: string;
  /** What else the line carries. */
  fields: Record<string, unknown>;
}

const keptLines = 15;
const maximumLine = 4_000;

/** Reads the server's standard error: each line goes to `onEntry`, the last ones are kept for error messages. */
export function readServerLog(
  stream: Readable,
  onEntry: (entry: ServerLogEntry) => void,
): { tail(): string } {
  const lines: string[] = [];
  createInterface({ input: stream }).on('line', (line) => {
    const text = line.slice(0, maximumLine);
    lines.push(text);
    if (lines.length > keptLines) lines.shift();
    onEntry(parse(text));
  });
  return { tail: () => lines.join('\n') };
}

function parse(line: string): ServerLogEntry {
  try {
    const { level, msg, time, ...fields } = JSON.parse(line);
    return { level: levelOf(level), message: String(msg), fields };
  } catch {
    return { level: 'info', message: line, fields: {} };
  }
}

/** The server also says DPANIC, PANIC and FATAL: errors all. */
function levelOf(level: unknown): ServerLogEntry['level'] {
  const name = String(level).toLowerCase();
  return name === 'debug' || name === 'info' || name === 'warn' ? name : 'error';
}
