import type { Growth, RetentionResult } from './retention.ts';
import type { Row } from './row.ts';
import type { SessionResult } from './session.ts';
import type { SoakResult } from './soak.ts';

const messagesPerDay = 1_000_000;
const diskBytes = 40e9;
/** Errand's watermark: above it retention is shortened. */
const usableShare = 0.8;

interface Figures {
  perSecond: number;
  cpuSecondsPer1000: number;
  acceptP99Ms: number | null;
  endToEndP99Ms: number | null;
}

/**
 * The figures as `--json` prints them. A workload's entry is its slowest row, whatever the latency and the number of
 * conversations; `floor` is the naive floor's `mix`, or the last workload that was asked for. `rows` has all.
 */
export function jsonReport(sessions: SessionResult[]) {
  const rows = sessions.flatMap((session) => session.rows);
  const ofErrand = rows.filter((row) => row.target === 'errand');
  const ofFloor = rows.filter((row) => row.target === 'floor');
  const workloads: Record<string, Figures> = {};
  for (const [workload, slowest] of slowestByWorkload(ofErrand)) workloads[workload] = figures(slowest);
  const floor = [...slowestByWorkload(ofFloor).values()].at(-1);
  if (floor) workloads.floor = figures(floor);
  const idle = sessions
    .filter((session) => session.rows[0]?.target === 'errand')
    .map((session) => session.idle);
  return {
    workloads,
    rssMB: {
      idle: highest(idle.map(({ rssMB }) => rssMB)),
      load: highest(ofErrand.map((row) => row.rssMB.total)),
    },
    idleCpuPercent: highest(idle.map(({ cpuPercent }) => cpuPercent)),
    faults: sessions.map(({ faults }) => faults),
    rows,
  };
}

/** The same for people: one line to a row, then memory and the projection of the disk. */
export function textReport(sessions: SessionResult[]): string {
  const rows = sessions.flatMap((session) => session.rows);
  const lines = table(headings, rows.map(cells));
  for (const session of sessions) {
    const first = session.rows[0];
    if (!first) continue;
    const { idle, faults } = session;
    lines.push(
      '',
      `${first.target}, ${first.conversations} conversations: idle ${idle.rssMB} MB and ${idle.cpuPercent} % of a core before the load; wrong exchanges ${JSON.stringify(faults)}`,
    );
    const mix = session.rows.find((row) => row.workload === 'mix') ?? first;
    lines.push(projection(mix));
  }
  return lines.join('\n');
}

export function soakReport({
  minutes,
  sent,
  answered,
  samples,
  endToEndP99Ms,
  acceptP99Ms,
  faults,
}: SoakResult): string {
  return [
    `${sent} orders in ${minutes} minutes, ${answered} answered; accept p99 ${acceptP99Ms} ms, end to end p99 ${endToEndP99Ms} ms; wrong exchanges ${JSON.stringify(faults)}`,
    ...table(
      ['second', 'under way', 'server MB', 'app MB'],
      samples.map((sample) =>
        [sample.second, sample.open, sample.rssMB.server, sample.rssMB.app].map(String),
      ),
    ),
  ].join('\n');
}

export function retentionReport({ first, second, faults }: RetentionResult): string {
  const line = (when: string, { messages, bytes }: Growth) =>
    `${when}: ${messages} messages, the database grew by ${(bytes / 1e6).toFixed(1)} MB, ${Math.round(bytes / messages)} bytes each`;
  return [
    line('on a new database', first),
    line('after all of that was deleted', second),
    `wrong exchanges ${JSON.stringify(faults)}`,
  ].join('\n');
}

const headings = [
  ...[
    'target',
    'workload',
    'model',
    'chats',
    'at once',
    'msg/s',
    'CPU s/1000 (server + app)',
    'others',
    'accept p50/p99',
    'end to end p50/p99',
  ],
  ...['RSS MB (server + app)', 'events', 'history B', 'disk B (Temporal + store + index)'],
];

function cells(row: Row): string[] {
  const { cpuSecondsPer1000: cpu, rssMB: rss, diskBytesPerMessage: disk } = row;
  return [
    ...[
      row.target,
      row.workload,
      `${row.modelLatencyMs} ms`,
      String(row.conversations),
      String(row.width),
      String(row.perSecond),
    ],
    `${cpu.total} (${cpu.server} + ${cpu.app})`,
    `${row.foreignCpuPercent} %`,
    `${row.acceptP50Ms ?? '-'}/${row.acceptP99Ms ?? '-'} ms`,
    `${row.endToEndP50Ms ?? '-'}/${row.endToEndP99Ms ?? '-'} ms`,
    `${rss.total} (${rss.server} + ${rss.app})`,
    ...[String(row.historyPerMessage.events), String(row.historyPerMessage.bytes)],
    `${disk.temporal} + ${disk.store} + ${disk.index}`,
  ];
}

function projection({ diskBytesPerMessage: disk, workload }: Row): string {
  const perDay = (disk.temporal * messagesPerDay) / 1e9;
  const hours = Math.floor((diskBytes * usableShare * 24) / (perDay * 1e9));
  return `a million ${workload} messages a day write ${perDay.toFixed(1)} GB of Temporal and ${((disk.store * messagesPerDay) / 1e9).toFixed(1)} GB of store; ${usableShare * 100} % of 40 GB hold ${hours} h of Temporal's part before pages are reused`;
}

function slowestByWorkload(rows: Row[]): Map<string, Row> {
  const slowest = new Map<string, Row>();
  for (const row of rows) {
    const known = slowest.get(row.workload);
    if (!known || row.perSecond < known.perSecond) slowest.set(row.workload, row);
  }
  return slowest;
}

function figures({ perSecond, cpuSecondsPer1000, acceptP99Ms, endToEndP99Ms }: Row): Figures {
  return { perSecond, cpuSecondsPer1000: cpuSecondsPer1000.total, acceptP99Ms, endToEndP99Ms };
}

function highest(values: number[]): number | null {
  return values.length === 0 ? null : Math.max(...values);
}

function table(head: string[], body: string[][]): string[] {
  const widths = head.map((title, column) =>
    Math.max(title.length, ...body.map((line) => line[column]?.length ?? 0)),
  );
  return [head, ...body].map((line) =>
    line
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
