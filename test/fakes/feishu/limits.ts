/** Counts in sliding windows of a second and a minute, as the platform limits its calls. */
export class FakeLimits {
  private readonly taken = new Map<string, number[]>();

  /** Whether one more is within `perSecond` and `perMinute`; counts it when it is. */
  take(key: string, limits: { perSecond: number; perMinute?: number }, now: number): boolean {
    const times = (this.taken.get(key) ?? []).filter((at) => now - at < 60_000);
    this.taken.set(key, times);
    if (times.filter((at) => now - at < 1_000).length >= limits.perSecond) return false;
    if (times.length >= (limits.perMinute ?? Number.POSITIVE_INFINITY)) return false;
    times.push(now);
    return true;
  }
}
