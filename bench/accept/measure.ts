import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { channelOf } from '../../channels/index.ts';
import { obtainTemporalBinary } from '../../infra/temporal/binary.ts';
import { cpuBetween, cpuOf, percentile } from '../measure.ts';
import { startTemporalServer } from '../temporal-server.ts';
import { type ApiProcess, startApi } from './api-process.ts';
import { type Platform, platforms } from './callbacks.ts';
import { createPoster } from './post.ts';

const people = 200;
const atOnce = 40;

/** How one kind of channel takes messages. Latencies in milliseconds. */
export interface AcceptRow {
  kind: string;
  perSecond: number;
  p50Ms: number | null;
  p99Ms: number | null;
  cpuSecondsPer1000: { server: number; app: number };
  /** Messages that were answered otherwise than 2xx, or answered so and yet not taken. */
  notTaken: number;
}

/** Verify → parse → Temporal → log, for each kind that is called by its platform, while no worker runs. */
export async function measureAccept(
  { seconds, kind }: { seconds: number; kind?: string },
  say: (text: string) => void,
): Promise<AcceptRow[]> {
  const chosen = platforms.filter(({ account }) =>
    kind === undefined ? channelOf(account.kind) !== undefined : account.kind === kind,
  );
  const cache = resolve('.cache');
  await mkdir(cache, { recursive: true });
  const binary = await obtainTemporalBinary({ dataDirectory: cache, onProgress: say });
  const dataDir = await mkdtemp(join(cache, 'bench-'));
  const cleanUp: (() => unknown)[] = [() => rm(dataDir, { recursive: true, force: true })];
  try {
    const server = await startTemporalServer(binary.path, dataDir);
    cleanUp.push(server.close, () => server.connection.close());
    const api = await startApi(chosen, { temporal: server.address, dataDir });
    cleanUp.push(api.close);
    const rows: AcceptRow[] = [];
    for (const platform of chosen) {
      say(`accept: ${platform.account.kind}`);
      rows.push(await measurePlatform(platform, api, [server.pid], seconds));
    }
    return rows;
  } finally {
    for (const step of cleanUp.reverse()) await step();
  }
}

async function measurePlatform(
  platform: Platform,
  api: ApiProcess,
  server: number[],
  seconds: number,
): Promise<AcceptRow> {
  const { post, close } = createPoster(api.base);
  const first = Date.now() * 1_000;
  let count = 0;
  let refused = 0;
  /** Each says something in turn; what the first round costs, conversations that begin, is not counted. */
  const speak = async (): Promise<number> => {
    const number = count++;
    const said = {
      id: String(first + number),
      person: `person${number % people}`,
      text: `How is ${number}?`,
    };
    const callback = platform.callback(said);
    const sentAt = performance.now();
    const status = await post(callback, platform.account.id);
    if (status < 200 || status >= 300) refused += 1;
    return performance.now() - sentAt;
  };
  const groups = () => ({ server, app: api.pids() });
  const loop = async (isOver: () => boolean, times: number[]): Promise<void> => {
    const lane = async () => {
      while (!isOver()) times.push(await speak());
    };
    await Promise.all(Array.from({ length: atOnce }, lane));
  };

  const acceptedBefore = await api.accepted();
  await loop(() => count >= people, []);
  const cpuBefore = cpuOf(groups());
  const from = performance.now();
  const times: number[] = [];
  await loop(() => performance.now() - from >= seconds * 1_000, times);
  const tookSeconds = (performance.now() - from) / 1_000;
  const cpu = cpuBetween(cpuBefore, cpuOf(groups()));
  close();
  const accepted = (await api.accepted()) - acceptedBefore;
  const per1000 = (value: number) => Number(((value * 1_000) / times.length).toFixed(2));
  return {
    kind: platform.account.kind,
    perSecond: Number((times.length / tookSeconds).toFixed(1)),
    p50Ms: rounded(percentile(times, 0.5)),
    p99Ms: rounded(percentile(times, 0.99)),
    cpuSecondsPer1000: { server: per1000(cpu.server), app: per1000(cpu.app) },
    notTaken: Math.max(refused, count - accepted),
  };
}

/** One line to a kind. */
export function acceptReport(rows: AcceptRow[]): string {
  const lines = rows.map(
    ({ kind, perSecond, p50Ms, p99Ms, cpuSecondsPer1000: cpu, notTaken }) =>
      `${kind.padEnd(12)} ${String(perSecond).padStart(7)} messages/s  p50/p99 ${p50Ms}/${p99Ms} ms  CPU s/1000 ${cpu.server} + ${cpu.app} (server + app)  not taken ${notTaken}`,
  );
  return [`taken while no worker runs, ${atOnce} at once from ${people} people:`, ...lines].join('\n');
}

function rounded(value: number | null): number | null {
  return value === null ? null : Number(value.toFixed(1));
}
