import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { TemporalServerFailed } from '../errors.ts';
import { becomesHealthy, openHealthProbe } from './health.ts';
import { type ServerPorts, serverPorts } from './ports.ts';
import { endServersOn } from './processes.ts';
import type { ServerLogEntry } from './server-log.ts';
import { type ServerProcess, startServerProcess } from './server-process.ts';

export interface EmbeddedServerOptions {
  binary: string;
  /** Locked by this process: see `lockDataDirectory`. */
  dataDirectory: string;
  onLog: (entry: ServerLogEntry) => void;
  /** Called at each change that was not asked for, `reason` in words. */
  onHealth?: (healthy: boolean, reason: string) => void;
  /** How long the first start may take; 60 s. */
  startTimeoutMs?: number;
}

/** Its graceful end takes 1 s, sometimes 10. Cutting it short loses nothing: what it answered is on disk. */
const graceMs = 3_000;
const startTimeoutMs = 60_000;
const probeEveryMs = 2_000;
const probeTimeoutMs = 3_000;
/** One missed probe may be a long garbage collection; after a minute of silence the server hangs. */
const probesUntilUnhealthy = 2;
const probesUntilHung = 12;
const firstBackoffMs = 100;
const longestBackoffMs = 10_000;
/** A life this long makes the next restart prompt again. */
const steadyMs = 60_000;

/** The Temporal server that Errand runs itself, on its data directory, and keeps running. */
export class EmbeddedServer {
  /** `host:port` of the gRPC frontend, the same over restarts. */
  readonly address: string;
  /** Base URL of the Web UI, on loopback and without authentication. */
  readonly uiUrl: string;
  readonly #options: EmbeddedServerOptions;
  readonly #databaseFile: string;
  readonly #ports: ServerPorts;
  readonly #stopping = new AbortController();
  #process: ServerProcess;
  #healthy = false;
  #backoffMs = firstBackoffMs;
  #supervision: Promise<void> = Promise.resolve();

  private constructor(options: EmbeddedServerOptions, databaseFile: string, ports: ServerPorts) {
    this.#options = options;
    this.#databaseFile = databaseFile;
    this.#ports = ports;
    this.address = `127.0.0.1:${ports.grpc}`;
    this.uiUrl = `http://127.0.0.1:${ports.ui}/temporal`;
    this.#process = this.#spawn();
  }

  /**
   * Starts the server and waits until it is healthy. One that a killed Errand left behind on the same data is ended
   * first: it would hold the database and the ports, with flags of an older Errand perhaps. Throws
   * `TemporalServerFailed`.
   */
  static async start(options: EmbeddedServerOptions): Promise<EmbeddedServer> {
    const directory = join(options.dataDirectory, 'temporal');
    await mkdir(directory, { recursive: true, mode: 0o700 });
    const databaseFile = join(directory, 'temporal.db');
    await endServersOn(databaseFile, graceMs);
    const ports = await serverPorts(join(directory, 'server.json'));
    const server = new EmbeddedServer(options, databaseFile, ports);
    const failure = await server.#awaitHealth(options.startTimeoutMs ?? startTimeoutMs);
    if (failure) {
      await server.stop();
      throw new TemporalServerFailed(
        `The Temporal server did not come up: it ${failure}. Its last words:\n${server.#process.logTail() || '(none)'}`,
      );
    }
    server.#report(true, 'started');
    server.#supervision = server.#supervise();
    return server;
  }

  /** False while the server is down, starting, or silent. */
  get healthy(): boolean {
    return this.#healthy;
  }

  /** Of its newest life. */
  get pid(): number | undefined {
    return this.#process.pid;
  }

  /** Ends the server: SIGTERM, after 3 s SIGKILL. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#healthy = false;
    await this.#process.end(graceMs);
    await this.#supervision;
  }

  #spawn(): ServerProcess {
    const { binary, onLog } = this.#options;
    return startServerProcess({ binary, databaseFile: this.#databaseFile, ports: this.#ports, onLog });
  }

  #report(healthy: boolean, reason: string): void {
    if (healthy === this.#healthy) return;
    this.#healthy = healthy;
    this.#options.onHealth?.(healthy, reason);
  }

  /** Undefined once the process is healthy, otherwise why it is not. */
  async #awaitHealth(timeoutMs: number): Promise<string | undefined> {
    const enough = new AbortController();
    const signal = AbortSignal.any([enough.signal, this.#stopping.signal, AbortSignal.timeout(timeoutMs)]);
    const healthy = becomesHealthy(this.address, signal).then((yes) =>
      yes ? undefined : `was not healthy after ${timeoutMs / 1_000} s`,
    );
    const failure = await Promise.race([healthy, this.#process.ended]);
    enough.abort();
    return failure;
  }

  async #supervise(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      const since = Date.now();
      const reason = await this.#watch();
      if (Date.now() - since >= steadyMs) this.#backoffMs = firstBackoffMs;
      if (this.#stopping.signal.aborted) return;
      this.#report(false, reason);
      await this.#restart();
    }
  }

  /** Resolves with the reason when the server has ended, or hangs and has been ended. */
  async #watch(): Promise<string> {
    const probe = openHealthProbe(this.address);
    const server = this.#process;
    const ended = server.ended;
    let missed = 0;
    try {
      for (;;) {
        const pause = delay(probeEveryMs, 'probe' as const, { ref: false });
        const first = await Promise.race([pause, ended]);
        if (first !== 'probe') return first;
        missed = (await probe.check(probeTimeoutMs)) ? 0 : missed + 1;
        if (missed === 0) this.#report(true, 'answers again');
        if (missed === probesUntilUnhealthy) this.#report(false, 'does not answer');
        if (missed === probesUntilHung) await server.end(0);
      }
    } finally {
      await probe.close();
    }
  }

  async #restart(): Promise<void> {
    const { signal } = this.#stopping;
    for (;;) {
      await delay(this.#backoffMs, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) return;
      this.#backoffMs = Math.min(this.#backoffMs * 2, longestBackoffMs);
      this.#process = this.#spawn();
      const failure = await this.#awaitHealth(startTimeoutMs);
      if (failure === undefined) return this.#report(true, 'restarted');
      await this.#process.end(0);
    }
  }
}
