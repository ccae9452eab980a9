import { setTimeout as delay } from 'node:timers/promises';
import type { Exchanges } from './exchanges.ts';
import { introduce, steady } from './load.ts';
import { type CpuByProcess, percentile, residentMB } from './measure.ts';
import type { Single } from './options.ts';
import { orderSource, seededRandom } from './orders.ts';
import { steadyPerSecond } from './row.ts';
import { onStage } from './stage.ts';

/** How things stood at one moment of a soak. `open`: orders sent and not answered. */
interface SoakSample {
  second: number;
  open: number;
  rssMB: CpuByProcess;
}

export interface SoakResult {
  minutes: number;
  sent: number;
  answered: number;
  acceptP99Ms: number | null;
  endToEndP99Ms: number | null;
  samples: SoakSample[];
  faults: Exchanges['faults'];
}

/** A million a day against Errand, for a while: shows whether backlog and memory stay flat. */
export function soak(
  options: Single & { durationMs: number },
  say: (text: string) => void,
): Promise<SoakResult> {
  const { conversations, workload, modelLatencyMs } = options;
  return onStage({ target: 'errand', conversations, say }, async (stage) => {
    const { target, exchanges } = stage;
    await introduce({ ...stage, order: orderSource('quick', 'intro', seededRandom(4)) });
    stage.setModelLatency(modelLatencyMs);

    const seconds = Math.round(options.durationMs / 1_000);
    const load = { ...stage, order: orderSource(workload, 'soak', seededRandom(3)) };
    const running = steady(load, { perSecond: steadyPerSecond, seconds });
    const samples: SoakSample[] = [];
    const everySeconds = Math.max(1, Math.round(seconds / 20));
    for (let second = everySeconds; second <= seconds; second += everySeconds) {
      await delay(everySeconds * 1_000);
      const { server, app } = residentMB(target.processes());
      samples.push({
        second,
        open: exchanges.open(),
        rssMB: { server: Math.round(server), app: Math.round(app) },
      });
    }
    const done = await running;
    return {
      minutes: seconds / 60,
      sent: steadyPerSecond * seconds,
      answered: done.length,
      acceptP99Ms: percentile(
        done.map(({ sentAt, acceptedAt }) => acceptedAt - sentAt),
        0.99,
      ),
      endToEndP99Ms: percentile(
        done.map(({ sentAt, repliedAt }) => repliedAt - sentAt),
        0.99,
      ),
      samples,
      faults: exchanges.faults,
    };
  });
}
