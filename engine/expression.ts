/**
 * The one wrapper around CEL. The library parses; compiling and evaluating are done here, because its evaluator
 * has no bound on work, refuses to mix JSON's numbers with literals, and matches by backtracking.
 */
import { Environment } from '@marcbachmann/cel-js';
import type { Json } from '../contracts/json.ts';
import { Compilation } from './cel/compile.ts';
import { ExpressionFailure, ExpressionSyntaxError } from './cel/failure.ts';
import type { Evaluate, Scope } from './cel/frame.ts';
import type { Meter } from './cel/meter.ts';
import { toJson, toText } from './cel/to-json.ts';
import type { Value } from './cel/values.ts';
import { expressionLimits } from './limits.ts';

export { ExpressionFailure, ExpressionSyntaxError } from './cel/failure.ts';
export type { Scope } from './cel/frame.ts';
export { evaluationMeter, Meter, stepMeter } from './cel/meter.ts';

/** Parses expressions; keep one per flow version, since it remembers names it has seen. */
export class ExpressionParser {
  readonly #environment: Environment;
  readonly #variables: ReadonlySet<string>;

  /** `variables`: the names that expressions may use. */
  constructor(variables: readonly string[]) {
    this.#variables = new Set(variables);
    // A function of its own detaches the environment from tables that all environments share.
    this.#environment = new Environment({
      unlistedVariablesAreDyn: true,
      limits: { maxListElements: 1_000, maxMapEntries: 1_000, maxDepth: 100 },
    }).registerFunction('own(int): int', (value: unknown) => value);
  }

  /** The same parser with more variables. */
  with(...variables: string[]): ExpressionParser {
    return new ExpressionParser([...this.#variables, ...variables]);
  }

  /** Throws `ExpressionSyntaxError`. */
  parse(source: string): Expression {
    if (source.length > expressionLimits.length)
      throw new ExpressionSyntaxError(`it is longer than ${expressionLimits.length} characters`);
    const compilation = new Compilation(this.#variables);
    try {
      const evaluate = compilation.compile(this.#environment.parse(source).ast);
      return new Expression(source, evaluate, compilation.references);
    } catch (error) {
      if (error instanceof ExpressionSyntaxError) throw error;
      if (error instanceof RangeError) throw new ExpressionSyntaxError('it is nested too deeply');
      throw new ExpressionSyntaxError(
        error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error),
      );
    }
  }
}

/** A parsed expression. Evaluations throw `ExpressionFailure` and always end within their meter's work. */
export class Expression {
  /** Ids of the nodes it refers to. */
  readonly references: ReadonlySet<string>;
  readonly #source: string;
  readonly #evaluate: Evaluate;

  constructor(source: string, evaluate: Evaluate, references: ReadonlySet<string>) {
    this.#source = source;
    this.#evaluate = evaluate;
    this.references = references;
  }

  /** The result as JSON. */
  evaluate(scope: Scope, meter: Meter): Json {
    return this.#run(scope, meter, toJson);
  }

  /** The result as text: null is empty, lists and maps are JSON. */
  text(scope: Scope, meter: Meter): string {
    return this.#run(scope, meter, toText);
  }

  /** The result of a condition; anything but a boolean is a failure. */
  test(scope: Scope, meter: Meter): boolean {
    const result = this.evaluate(scope, meter);
    if (typeof result === 'boolean') return result;
    throw new ExpressionFailure(`${quoted(this.#source)}: a condition must be true or false`);
  }

  #run<T>(scope: Scope, meter: Meter, finish: (value: Value, meter: Meter) => T): T {
    try {
      return meter.within(expressionLimits.work, () =>
        finish(this.#evaluate({ scope, locals: [], patterns: new Map(), meter }), meter),
      );
    } catch (error) {
      if (error instanceof ExpressionFailure)
        throw new ExpressionFailure(`${quoted(this.#source)}: ${error.message}`);
      if (error instanceof RangeError)
        throw new ExpressionFailure(`${quoted(this.#source)}: its values are nested too deeply`);
      throw error;
    }
  }
}

function quoted(source: string): string {
  return source.length > 120 ? `\`${source.slice(0, 120)}…\`` : `\`${source}\``;
}
