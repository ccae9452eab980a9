import { expect } from 'vitest';

/** Whether a value is what is expected, matchers and all. */
export function isEqual(value: unknown, expected: unknown): boolean {
  try {
    expect(value).toEqual(expected);
    return true;
  } catch {
    return false;
  }
}
