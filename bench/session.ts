import { setTimeout as delay } from 'node:timers/promises';
import type { Exchanges } from './exchanges.ts';
import { introduce } from './load.ts';
import { cpuBetween, cpuOf, residentMB } from './measure.ts';
import type { Session, Timing } from './options.ts';
import { orderSource, seededRandom } from './orders.ts';
import { measureRow, type Row } from './row.ts';
import { onStage } from './stage.ts';
import type { Target } from './target.ts';

/** Resident megabytes and share of one core, while nothing is asked of the target. */
export interface Idle {
  rssMB: number;
  cpuPercent: number;
}

export interface SessionResult {
  rows: Row[];
  idle: Idle;
  faults: Exchanges['faults'];
}

/** Runs a session's rows, one after the other, on one started target. */
export function runSession(
  session: Session,
  timing: Timing,
  say: (text: string) => void,
): Promise<SessionResult> {
  return onStage({ ...session, say }, async (stage) => {
    const { target, exchanges, conversations } = stage;
    const idle = await measureIdle(target, timing.idle);
    say(`${session.target}: starting ${conversations.length} conversations`);
    await introduce({ ...stage, order: orderSource('quick', 'intro', seededRandom(4)) });
    const rows: Row[] = [];
    for (const [index, { workload, latencyMs, width }] of session.rows.entries()) {
      say(
        `${session.target}: ${workload}, model ${latencyMs} ms, ${conversations.length} conversations, ${width} at once`,
      );
      stage.setModelLatency(latencyMs);
      const row = { workload, modelLatencyMs: latencyMs, width, tag: `${workload}${index}` };
      rows.push(await measureRow({ ...row, name: session.target, stage, timing }));
    }
    return { rows, idle, faults: exchanges.faults };
  });
}

async function measureIdle(target: Target, seconds: number): Promise<Idle> {
  const before = cpuOf(target.processes());
  await delay(seconds * 1_000);
  const { server, app } = cpuBetween(before, cpuOf(target.processes()));
  const rss = residentMB(target.processes());
  return {
    rssMB: Math.round(rss.server + rss.app),
    cpuPercent: Number((((server + app) / seconds) * 100).toFixed(1)),
  };
}
