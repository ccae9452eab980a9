import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { obtainTemporalBinary } from '../infra/temporal/binary.ts';
import { startChild } from './child.ts';
import { startErrand } from './errand.ts';
import { createExchanges, type Exchanges } from './exchanges.ts';
import { startFloor } from './floor/start.ts';
import type { TargetName } from './options.ts';
import { createSender } from './sender.ts';
import type { Target } from './target.ts';

/** Everything that is running while a target is measured. */
export interface Stage {
  target: Target;
  exchanges: Exchanges;
  conversations: string[];
  setModelLatency(latencyMs: number): void;
  /** The bench's own processes: load, model and sink. */
  tools: number[];
}

export interface StageOptions {
  target: TargetName;
  conversations: number;
  say: (text: string) => void;
}

/** Starts a target on an empty data directory with a model and a sink, hands all over, and takes it down whatever happens. */
export async function onStage<T>(options: StageOptions, play: (stage: Stage) => Promise<T>): Promise<T> {
  const cache = resolve('.cache');
  await mkdir(cache, { recursive: true });
  const temporal = await obtainTemporalBinary({ dataDirectory: cache, onProgress: options.say });
  const secret = `whsec_${randomBytes(32).toString('base64')}`;
  const dataDir = await mkdtemp(join(cache, 'bench-'));
  const cleanUp: (() => unknown)[] = [() => rm(dataDir, { recursive: true, force: true })];
  try {
    const model = await startChild('./model-server.js', {});
    cleanUp.push(model.close);
    const sink = await startChild('./sink.js', { BENCH_SECRET: secret });
    cleanUp.push(sink.close);
    const start = options.target === 'errand' ? startErrand : startFloor;
    const target = await start({
      modelEndpoint: model.address,
      sinkUrl: sink.address,
      temporalBinary: temporal.path,
      secret,
      dataDir,
    });
    cleanUp.push(target.close);
    const sender = createSender(target.url, secret);
    const exchanges = createExchanges(sink.process, sender);
    cleanUp.push(sender.close, exchanges.close);
    return await play({
      target,
      exchanges,
      conversations: Array.from({ length: options.conversations }, (_, index) => `chat-${index}`),
      setModelLatency: (latencyMs) => model.process.send({ latencyMs }),
      tools: [process.pid, model.pid, sink.pid],
    });
  } finally {
    for (const step of cleanUp.reverse()) await step();
  }
}
