import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { cpuSeconds, type ProcessGroups, residentBytes } from './proc.ts';

export interface CpuByProcess {
  server: number;
  app: number;
}

/** CPU seconds that each group has used so far. */
export function cpuOf(groups: ProcessGroups): CpuByProcess {
  return { server: sum(groups.server, cpuSeconds), app: sum(groups.app, cpuSeconds) };
}

/** CPU seconds that these processes have used so far. */
export function cpuOfAll(pids: number[]): number {
  return sum(pids, cpuSeconds);
}

export function cpuBetween(before: CpuByProcess, after: CpuByProcess): CpuByProcess {
  return { server: after.server - before.server, app: after.app - before.app };
}

/** Resident megabytes (2^20) of each group. */
export function residentMB(groups: ProcessGroups): CpuByProcess {
  const megabytes = (pid: number) => residentBytes(pid) / 2 ** 20;
  return { server: sum(groups.server, megabytes), app: sum(groups.app, megabytes) };
}

export interface DiskBytes {
  /** The Temporal server's database, its write-ahead log included. */
  temporal: number;
  /** The object store. */
  store: number;
  /** The index of run records, which can be built again. */
  index: number;
}

/** Sizes of the files below a data directory, by whose they are. */
export async function diskBytes(directory: string): Promise<DiskBytes> {
  const total: DiskBytes = { temporal: 0, store: 0, index: 0 };
  for (const entry of await readdir(directory, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    total[ownerOf(entry.name)] += await sizeOf(join(entry.parentPath, entry.name));
  }
  return total;
}

function ownerOf(file: string): keyof DiskBytes {
  if (/\.db(-wal|-shm)?$/.test(file)) return 'temporal';
  return file.includes('.duckdb') ? 'index' : 'store';
}

/** The value below which a share of the values lies (nearest rank); null of none. */
export function percentile(values: number[], share: number): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? null;
}

/** A file may vanish between the listing and the look. */
async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch {
    return 0;
  }
}

function sum(pids: number[], of: (pid: number) => number): number {
  return pids.reduce((total, pid) => total + of(pid), 0);
}
