/** Filled so far, a part of many is good enough. */
const wellFilled = { share: 0.9, least: 16 };
/** Looking by proportion finds it at once where all are alike; where it does not, halving does. */
const proportionate = 4;

/**
 * How many of `count` fit together, at least 0: the most, or of many nearly so, because measuring may be costly.
 * `size` grows with the number; `guess` is where looking begins.
 */
export function howManyFit(
  count: number,
  guess: number,
  limit: number,
  size: (number: number) => number,
): number {
  let good = { number: 0, size: 0 };
  let bad = { number: count + 1, size: Number.POSITIVE_INFINITY };
  let number = Math.min(Math.max(guess, 1), count);
  for (let tries = 1; bad.number - good.number > 1; tries += 1) {
    const measured = { number, size: size(number) };
    if (measured.size <= limit) good = measured;
    else bad = measured;
    if (good.number >= wellFilled.least && good.size >= limit * wellFilled.share) break;
    const wanted =
      tries <= proportionate || bad.number > count
        ? Math.floor((measured.number * limit * 0.96) / Math.max(measured.size, 1))
        : (good.number + bad.number) >> 1;
    number = Math.min(Math.max(wanted, good.number + 1), bad.number - 1);
  }
  return good.number;
}

/** How many lengths stay within `limit` together; with none the first alone. */
export function guessFit(lengthOf: (index: number) => number, count: number, limit: number): number {
  let total = 0;
  for (let number = 0; number < count; number += 1) {
    total += lengthOf(number);
    if (total > limit) return Math.max(number, 1);
  }
  return count;
}
