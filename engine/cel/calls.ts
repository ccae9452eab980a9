import type { ASTNode } from '@marcbachmann/cel-js';
import type { Compiler } from './compiler.ts';
import { conversions } from './conversions.ts';
import { ExpressionFailure, ExpressionSyntaxError } from './failure.ts';
import type { Evaluate, Frame } from './frame.ts';
import { bind, has, isMacro, macro, macroNames } from './macros.ts';
import { methods } from './methods.ts';
import { Pattern } from './pattern.ts';
import { typeOf } from './values.ts';

/** Compiles `name(arguments)`. */
export function compileCall(compiler: Compiler, name: string, arguments_: ASTNode[]): Evaluate {
  if (name === 'has') return has(compiler, arguments_);
  if (name === 'matches' && arguments_[0])
    return compileMatches(compiler, arguments_[0], arguments_.slice(1));
  const call = conversions.get(name);
  if (!call)
    throw new ExpressionSyntaxError(
      `unknown function ${name}(); there are ${['has', 'matches', ...conversions.keys()].join(', ')}`,
    );
  assertCount(name, arguments_.length, 1, 1);
  const parts = arguments_.map((argument) => compiler.compile(argument));
  return (frame) => {
    frame.meter.charge(1);
    return call(
      parts.map((part) => part(frame)),
      frame.meter,
    );
  };
}

/** Compiles `receiver.name(arguments)`. */
export function compileMethod(
  compiler: Compiler,
  name: string,
  receiver: ASTNode,
  arguments_: ASTNode[],
): Evaluate {
  if (receiver.op === 'id' && receiver.args === 'cel' && name === 'bind') return bind(compiler, arguments_);
  if (isMacro(name)) return macro(compiler, name, receiver, arguments_);
  if (name === 'matches') return compileMatches(compiler, receiver, arguments_);
  const method = methods.get(name);
  if (!method)
    throw new ExpressionSyntaxError(
      `unknown method ${name}(); there are ${['matches', ...macroNames, ...methods.keys()].join(', ')}`,
    );
  assertCount(name, arguments_.length, method.least, method.most);
  const parts = [receiver, ...arguments_].map((part) => compiler.compile(part));
  return (frame) => {
    frame.meter.charge(1);
    return method.call(
      parts.map((part) => part(frame)),
      frame.meter,
    );
  };
}

/** A pattern that is written out is compiled once, and a wrong one is found before anything runs. */
function compileMatches(compiler: Compiler, subject: ASTNode, arguments_: ASTNode[]): Evaluate {
  assertCount('matches', arguments_.length, 1, 1);
  const [patternNode] = arguments_;
  const text = compiler.compile(subject);
  const pattern = patternNode && compiler.compile(patternNode);
  const ready =
    patternNode?.op === 'value' && typeof patternNode.args === 'string'
      ? written(patternNode.args)
      : undefined;
  return (frame) => {
    const value = text(frame);
    if (typeof value !== 'string')
      throw new ExpressionFailure(`matches() works on strings, not on ${typeOf(value)}`);
    if (ready) return ready.test(value, frame.meter);
    const source = pattern?.(frame) ?? null;
    if (typeof source !== 'string')
      throw new ExpressionFailure(`a regular expression is a string, not ${typeOf(source)}`);
    return patternOf(source, frame).test(value, frame.meter);
  };
}

/** Compiling a pattern costs up to some milliseconds. */
function patternOf(source: string, frame: Frame): Pattern {
  const known = frame.patterns.get(source);
  if (known) return known;
  frame.meter.charge(10_000);
  const pattern = new Pattern(source);
  frame.patterns.set(source, pattern);
  return pattern;
}

function written(source: string): Pattern {
  try {
    return new Pattern(source);
  } catch (error) {
    throw error instanceof ExpressionFailure ? new ExpressionSyntaxError(error.message) : error;
  }
}

function assertCount(name: string, count: number, least: number, most: number): void {
  if (count >= least && count <= most) return;
  const wanted = least === most ? `${least}` : `${least} or ${most}`;
  throw new ExpressionSyntaxError(`${name}() takes ${wanted} argument${most === 1 ? '' : 's'}, not ${count}`);
}
