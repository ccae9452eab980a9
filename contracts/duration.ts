const unitMs = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** A duration as people write it: `500ms`, `3s`, `2m`, `1h`, `30d`. */
export const durationPattern = /^(\d{1,9})(ms|s|m|h|d)$/;

/** Milliseconds of a duration text. Throws `RangeError` when the text is no duration. */
export function durationMs(text: string): number {
  const match = durationPattern.exec(text);
  if (!match?.[1] || !match[2]) throw new RangeError(`not a duration: ${text.slice(0, 40)}`);
  return Number(match[1]) * unitMs[match[2] as keyof typeof unitMs];
}
