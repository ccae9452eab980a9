import { durationMs } from '../../contracts/index.ts';

/** Of closed workflows, in hours. */
const shortestAuto = 12;
const longestAuto = 72;
const hourMs = 3_600_000;

/** The load that a disk is planned for: a million messages a day, each 14 KB in the server's database (measured). */
const bytesPerHour = (1_000_000 / 24) * 14_000;

/**
 * Hours that closed workflows are kept. `auto`: what fits half of the disk space there is, at a million messages a
 * day, between 12 and 72 hours.
 */
export function retentionHours(setting: string, disk: { freeBytes: number; databaseBytes: number }): number {
  if (setting !== 'auto') return Math.max(1, Math.round(durationMs(setting) / hourMs));
  const fitting = Math.floor((disk.freeBytes + disk.databaseBytes) / 2 / bytesPerHour);
  return Math.min(longestAuto, Math.max(shortestAuto, fitting));
}
