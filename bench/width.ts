/**
 * Orders under way at once in a closed loop; each conversation has at most one. Enough to keep the cores busy while
 * models take their time, and few enough that the orders do not move through the house as one wave: a wave's answers
 * come all at once, and what a window shorter than the wave counts is chance.
 */
export function widthAt(modelLatencyMs: number): number {
  return 40 + Math.round(modelLatencyMs / 10);
}
