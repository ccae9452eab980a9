import { describe, expect, it } from 'vitest';
import { createLogger } from './logger.ts';

const secret = 'whsec_a+b/c"d\\e==';

function capture(options: { level?: string; secrets?: string[]; base?: Record<string, string> } = {}) {
  const lines: string[] = [];
  const logger = createLogger({
    level: 'info',
    secrets: [secret],
    ...options,
    destination: { write: (line) => void lines.push(line) },
  });
  return { logger, lines, last: () => JSON.parse(lines.at(-1) ?? '{}') };
}

describe('createLogger', () => {
  it('writes one JSON object a line, with level, time, process and base fields', () => {
    const { logger, lines, last } = capture({ base: { role: 'worker' } });
    logger.info({ answer: 42 }, 'hello');
    expect(lines[0]?.endsWith('}\n')).toBe(true);
    expect(last()).toMatchObject({
      level: 'info',
      service: 'errand',
      role: 'worker',
      answer: 42,
      msg: 'hello',
    });
    expect(Date.parse(last().time)).not.toBeNaN();
  });

  it('writes nothing below its level', () => {
    const { logger, lines } = capture({ level: 'warn' });
    logger.info('hello');
    expect(lines).toEqual([]);
  });

  it('joins the lines of an order by a child with its ids', () => {
    const { logger, last } = capture();
    logger.child({ traceId: 't', runId: 'r', messageId: 'm' }).info('taken');
    expect(last()).toMatchObject({ traceId: 't', runId: 'r', messageId: 'm' });
  });

  it.each<[string, (log: ReturnType<typeof capture>['logger']) => void]>([
    ['the message', (log) => log.info(`signed with ${secret}`)],
    ['a nested value', (log) => log.info({ a: { b: [{ c: secret }] } }, 'x')],
    ['a key', (log) => log.info({ headers: { [secret]: 1 } }, 'x')],
    ['JSON inside a text', (log) => log.info({ body: JSON.stringify({ secret }) }, 'x')],
    ['a URL', (log) => log.info({ path: `/x?token=${encodeURIComponent(secret)}` }, 'x')],
    ['an error, its stack and its cause', (log) => log.error({ err: failing() }, 'x')],
    ['an error as the only argument', (log) => log.error(failing())],
    ['the bindings of a child', (log) => log.child({ token: secret }).info('x')],
  ])('blanks a secret out of %s', (_, write) => {
    const { logger, lines, last } = capture();
    write(logger);
    expect(lines[0]).toContain('[redacted]');
    for (const piece of ['whsec_', 'a+b/c', 'whsec%5F']) expect(lines[0]).not.toContain(piece);
    expect(last().level).toBeDefined();
  });
});

function failing(): Error {
  return new Error(`refused: ${secret}`, { cause: new Error(`key was ${secret}`) });
}
