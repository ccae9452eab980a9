import { expressionLimits } from '../limits.ts';
import { ExpressionFailure, WorkExhausted } from './failure.ts';

/** Counts the work of evaluations. Work is charged before it is done, so that nothing larger than the rest begins. */
export class Meter {
  #left: number;

  constructor(units: number) {
    this.#left = units;
  }

  /** Units that may still be used. */
  get left(): number {
    return this.#left;
  }

  /** Throws `WorkExhausted` when fewer than `units` are left. */
  charge(units: number): void {
    this.#left -= units;
    if (this.#left < 0)
      throw new WorkExhausted('it takes more work than an expression may; make it or its data smaller');
  }

  /** Charges for reading or writing this many characters. */
  chargeText(length: number): void {
    this.charge(1 + length / 64);
  }

  /** Lets one evaluation use at most `units` of what is left, then takes off what it used. */
  within<T>(units: number, evaluate: () => T): T {
    const before = this.#left;
    this.#left = Math.min(before, units);
    const allowance = this.#left;
    try {
      return evaluate();
    } finally {
      this.#left = before - Math.min(allowance, allowance - this.#left);
    }
  }
}

/** A meter for one evaluation by itself. */
export function evaluationMeter(): Meter {
  return new Meter(expressionLimits.work);
}

/** A meter for all evaluations of one step. */
export function stepMeter(): Meter {
  return new Meter(expressionLimits.stepWork);
}

/**
 * Runs `evaluate`; of a failure that an operator may absorb (`||`, `&&`, `all`, `exists`) gives the failure itself.
 * An absorbed failure is dear, since it was thrown.
 */
export function attempt<T>(meter: Meter, evaluate: () => T): T | ExpressionFailure {
  try {
    return evaluate();
  } catch (error) {
    if (!(error instanceof ExpressionFailure) || error instanceof WorkExhausted) throw error;
    meter.charge(100);
    return error;
  }
}
