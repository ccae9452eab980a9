import type { FlowProblem } from '../../contracts/flow.ts';
import { ExpressionSyntaxError } from '../expression.ts';

/** More problems than anyone corrects at once; what is found beyond is not told. */
const mostProblems = 1_000;

/** Where in a document something is wrong. */
export interface Place {
  node?: string;
  field?: string;
}

/** Collects what is wrong with a document. `message` says what to do about it. */
export class Problems {
  readonly list: FlowProblem[] = [];

  add(code: string, message: string, { node, field }: Place = {}): void {
    if (this.list.length >= mostProblems) return;
    this.list.push({
      ...(node !== undefined && { node }),
      ...(field !== undefined && { field }),
      code,
      message,
    });
  }
}

/** `a`, `b` and `c`, the first few. */
export function named(names: Iterable<string>): string {
  const all = [...names];
  const list = all.slice(0, 12).map((name) => `\`${name}\``);
  return all.length > list.length ? `${list.join(', ')} and others` : list.join(', ');
}

/** The path of an issue as people write it: `intents[0].name`. */
export function fieldPath(path: readonly PropertyKey[]): string {
  return path
    .map((key, at) => (typeof key === 'number' ? `[${key}]` : `${at > 0 ? '.' : ''}${String(key)}`))
    .join('');
}

/** A message of a schema or a parser as a sentence. */
export function sentence(message: string): string {
  return `${message.charAt(0).toUpperCase()}${message.slice(1)}${message.endsWith('.') ? '' : '.'}`;
}

/** Parses something; an expression that is wrong becomes a problem at this place. */
export function reportSyntax(problems: Problems, place: Place, parse: () => void): void {
  try {
    parse();
  } catch (error) {
    if (!(error instanceof ExpressionSyntaxError)) throw error;
    problems.add('invalid_expression', `${sentence(error.message)} Correct the expression.`, place);
  }
}
