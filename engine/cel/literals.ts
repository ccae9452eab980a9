import type { ASTNode } from '@marcbachmann/cel-js';
import type { Compiler } from './compiler.ts';
import { ExpressionSyntaxError } from './failure.ts';
import type { Evaluate } from './frame.ts';
import { setKey, type Value, type ValueMap } from './values.ts';

/** A literal as the parser has it; an unsigned integer is an integer here. */
export function literal(value: unknown): Evaluate {
  const plain = typeof value === 'object' && value !== null ? value.valueOf() : value;
  if (
    plain === null ||
    typeof plain === 'string' ||
    typeof plain === 'boolean' ||
    typeof plain === 'number' ||
    typeof plain === 'bigint'
  ) {
    const constant: Value = plain;
    return () => constant;
  }
  throw new ExpressionSyntaxError('bytes are not part of expressions here');
}

/** `[a, b]`. */
export function compileList(compiler: Compiler, entries: ASTNode[]): Evaluate {
  const parts = entries.map((entry) => compiler.compile(entry));
  return (frame) => {
    frame.meter.charge(1 + parts.length);
    return parts.map((part) => part(frame));
  };
}

/** `{a: b}`. */
export function compileMap(compiler: Compiler, entries: [ASTNode, ASTNode][]): Evaluate {
  const parts = entries.map(([key, value]) => ({
    key: compiler.compile(key),
    value: compiler.compile(value),
  }));
  return (frame) => {
    frame.meter.charge(1 + parts.length);
    const map: ValueMap = {};
    for (const { key, value } of parts) setKey(map, key(frame), value(frame));
    return map;
  };
}
