import { RE2JS, RE2JSException } from 're2js';
import { expressionLimits } from '../limits.ts';
import { ExpressionFailure } from './failure.ts';
import type { Meter } from './meter.ts';

/** A regular expression in RE2's syntax, whose matching time grows linearly with the text. */
export class Pattern {
  readonly #compiled: RE2JS;
  readonly #size: number;

  /** Throws `ExpressionFailure` when the pattern is malformed or too large. */
  constructor(source: string) {
    assertSmall(source);
    try {
      this.#compiled = RE2JS.compile(source);
    } catch (error) {
      if (error instanceof RE2JSException)
        throw new ExpressionFailure(`not a regular expression in RE2's syntax: ${error.message}`);
      throw error;
    }
    this.#size = this.#compiled.programSize();
  }

  /** Whether any part of the text matches. At worst each character visits each instruction. */
  test(text: string, meter: Meter): boolean {
    meter.charge(1 + (text.length * this.#size) / 16);
    return this.#compiled.test(text);
  }
}

function assertSmall(source: string): void {
  if (
    source.length > expressionLimits.patternLength ||
    source.includes('\\Q') ||
    programSizeBound(source) > expressionLimits.patternSize
  )
    throw new ExpressionFailure('the regular expression is too large');
}

/**
 * An upper bound of the instructions a pattern compiles to: every repetition count multiplies what it repeats.
 * A character class is taken to end at its first `]`, which can only make the bound larger.
 */
function programSizeBound(source: string): number {
  const sequences: number[] = [];
  let sequence = 0;
  let atom = 0;
  for (let at = 0; at < source.length; at++) {
    const character = source[at];
    const count = character === '{' ? /^\{(\d+)(?:,(\d*))?\}/.exec(source.slice(at)) : null;
    if (count) {
      atom *= Math.max(Number(count[1]), Number(count[2] ?? 0), 1) + 1;
      at += count[0].length - 1;
      continue;
    }
    if (character === ')') {
      atom += sequence + 2;
      sequence = sequences.pop() ?? 0;
      continue;
    }
    sequence += atom;
    atom = 2;
    if (character === '(') {
      sequences.push(sequence);
      sequence = 0;
      atom = 0;
    } else if (character === '\\') at++;
    else if (character === '[') at = classEnd(source, at);
  }
  return sequences.reduce((total, size) => total + size, sequence + atom);
}

function classEnd(source: string, start: number): number {
  for (let at = start + 1; at < source.length; at++) {
    if (source[at] === '\\') at++;
    else if (source[at] === ']') return at;
  }
  return source.length;
}
