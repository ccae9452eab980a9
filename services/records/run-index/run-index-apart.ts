import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import type { ObjectStoreAddress } from '../../objects/index.ts';
import {
  BooksDamaged,
  InvalidCursor,
  type OnDamage,
  RunIndexUnavailable,
  RunQueryTimeout,
} from '../errors.ts';
import type { ApartSetup, Asked, FromIndex, ToIndex } from './apart.ts';
import type { RunIndex, RunIndexOptions } from './run-index.ts';

/** Next to the compiled code; under tests, which run from the sources, in the build that precedes them. */
const beside = new URL('./index-process.js', import.meta.url);
const script = existsSync(beside)
  ? beside
  : new URL('../../../dist/services/records/run-index/index-process.js', import.meta.url);
const errorClasses = new Map(
  [BooksDamaged, InvalidCursor, RunIndexUnavailable, RunQueryTimeout].map((known) => [known.name, known]),
);
/** Between the questions of one chore or one page; more would keep its memory for nothing. */
const defaultIdleMs = 5_000;

interface Waiting {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

/** A run index in a process of its own, which is started when it is asked and ended when it is not. */
export function createRunIndexApart(objects: ObjectStoreAddress, options: RunIndexOptions): RunIndex {
  const { onDamage = () => undefined, idleMs = defaultIdleMs, ...index } = options;
  const apart = new IndexProcess({ objects: withRegion(objects), index }, idleMs, onDamage);
  const asking =
    <Name extends Asked>(asked: Name) =>
    (...args: Parameters<RunIndex[Name]>) =>
      // What comes back is what the method of this name gave in the other process.
      apart.ask(asked, args) as ReturnType<RunIndex[Name]>;
  return {
    refresh: asking('refresh'),
    query: asking('query'),
    errors: asking('errors'),
    get: asking('get'),
    ledgerCounts: asking('ledgerCounts'),
    open: asking('open'),
    openByRunId: asking('openByRunId'),
    acceptedByRunId: asking('acceptedByRunId'),
    unaccepted: asking('unaccepted'),
    close: () => apart.close(),
  };
}

class IndexProcess {
  readonly #setup: ApartSetup;
  readonly #idleMs: number;
  readonly #onDamage: OnDamage;
  readonly #waiting = new Map<number, Waiting>();
  #running: Promise<ChildProcess> | undefined;
  #child: ChildProcess | undefined;
  #ended: Promise<unknown> = Promise.resolve();
  #asked = 0;
  #idle: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(setup: ApartSetup, idleMs: number, onDamage: OnDamage) {
    this.#setup = setup;
    this.#idleMs = idleMs;
    this.#onDamage = onDamage;
  }

  async ask(asked: Asked, args: unknown[]): Promise<unknown> {
    if (this.#closed) throw new RunIndexUnavailable('the run index is closed');
    clearTimeout(this.#idle);
    this.#asked += 1;
    const id = this.#asked;
    const answer = new Promise((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
    this.#running ??= this.#start();
    this.#running.then(
      (child) => send(child, { type: 'question', id, asked, args }),
      (error) => this.#failAll(error),
    );
    return answer.finally(() => this.#rest());
  }

  /** For good. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#idle);
    await this.#end();
  }

  /** Two processes on one file are two indexes: the next begins when the last has ended. */
  async #start(): Promise<ChildProcess> {
    await this.#ended;
    const child = fork(script, {
      execArgv: [],
      serialization: 'advanced',
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    this.#ended = once(child, 'exit').catch(() => undefined);
    child.on('message', (message: FromIndex) => this.#hear(message));
    child.once('error', (error) => this.#failAll(error));
    child.once('exit', () => {
      // One that was let go of has no part in what its successor is asked.
      if (this.#child !== child) return;
      this.#child = undefined;
      this.#running = undefined;
      this.#failAll(new Error('the process of the run index has ended'));
    });
    this.#child = child;
    send(child, { type: 'setup', setup: this.#setup });
    return child;
  }

  #hear(message: FromIndex): void {
    if (message.type === 'damage') {
      this.#onDamage(message.key, message.reason);
      return;
    }
    const waiting = this.#waiting.get(message.id);
    this.#waiting.delete(message.id);
    if (message.type === 'answer') waiting?.resolve(message.value);
    else waiting?.reject(errorOf(message));
  }

  #failAll(cause: Error): void {
    for (const { reject } of this.#waiting.values())
      reject(new RunIndexUnavailable(cause.message, { cause }));
    this.#waiting.clear();
  }

  #rest(): void {
    if (this.#waiting.size > 0 || this.#closed) return;
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => this.#end(), this.#idleMs).unref();
  }

  async #end(): Promise<void> {
    const running = this.#running;
    this.#running = undefined;
    const child = await running?.catch(() => undefined);
    this.#child = undefined;
    if (child?.connected) child.disconnect();
    await this.#ended;
  }
}

function errorOf({ name, message }: Extract<FromIndex, { type: 'failure' }>): Error {
  return new (errorClasses.get(name) ?? RunIndexUnavailable)(message);
}

function send(child: ChildProcess, message: ToIndex): void {
  if (child.connected) child.send(message);
}

/** Of the environment only what the configuration may have set: the other process has the rest itself. */
function withRegion({ env = {}, ...address }: ObjectStoreAddress): ObjectStoreAddress {
  const { AWS_REGION, AWS_DEFAULT_REGION } = env;
  return { ...address, env: { AWS_REGION, AWS_DEFAULT_REGION } };
}
