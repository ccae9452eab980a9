/**
 * The most of `count` that fits, at least 0. What fits grows with the number; `guess` is where looking begins, so that
 * a good one makes it cheap.
 */
export function mostThatFit(count: number, guess: number, fits: (number: number) => boolean): number {
  let good = 0;
  let bad = count + 1;
  let next = Math.min(Math.max(guess, 1), count);
  for (let step = Math.max(1, next >> 4); bad - good > 1; step *= 2) {
    if (fits(next)) good = next;
    else bad = next;
    const isFar = good === 0 || bad === count + 1;
    const wanted = isFar ? next + (good === next ? step : -step) : (good + bad) >> 1;
    next = Math.min(Math.max(wanted, good + 1), bad - 1);
  }
  return good;
}

/** How many of `lengths`, from `from`, stay within `limit` together; with none the first alone. */
export function guessFit(lengths: (index: number) => number, count: number, limit: number): number {
  let total = 0;
  for (let number = 0; number < count; number += 1) {
    total += lengths(number);
    if (total > limit) return Math.max(number, 1);
  }
  return count;
}
