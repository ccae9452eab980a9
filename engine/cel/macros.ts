import type { ASTNode } from '@marcbachmann/cel-js';
import type { Compiler } from './compiler.ts';
import { ExpressionFailure, ExpressionSyntaxError } from './failure.ts';
import type { Evaluate, Frame } from './frame.ts';
import { attempt } from './meter.ts';
import { asBoolean } from './operators.ts';
import { hasKey, isMap, typeOf, type Value } from './values.ts';

/** Takes the entries of a list, or the keys of a map; `local` is where each entry is put. */
type Loop = (frame: Frame, entries: Value[], slot: number) => Value;

/** `has(a.b)`: whether the map has the field; false where there is null in place of a map. */
export function has(compiler: Compiler, [argument]: ASTNode[]): Evaluate {
  if (argument?.op !== '.') throw new ExpressionSyntaxError('has() asks for a field: has(a.b)');
  const [target, key] = argument.args;
  if (target.op === 'id' && compiler.isNodes(target.args)) {
    compiler.compile(argument);
    return () => true;
  }
  const evaluate = compiler.compile(target);
  return (frame) => {
    frame.meter.charge(1);
    const value = evaluate(frame);
    if (value === null) return false;
    if (!isMap(value)) throw new ExpressionFailure(`has(): ${typeOf(value)} has no fields`);
    return hasKey(value, key);
  };
}

/** `cel.bind(name, value, expression)`. */
export function bind(compiler: Compiler, [name, value, body]: ASTNode[]): Evaluate {
  if (name?.op !== 'id' || !value || !body)
    throw new ExpressionSyntaxError('cel.bind() takes a name, a value and an expression');
  const evaluateValue = compiler.compile(value);
  return compiler.withLocal(name.args, (slot) => {
    const evaluateBody = compiler.compile(body);
    return (frame) => {
      frame.meter.charge(1);
      frame.locals[slot] = evaluateValue(frame);
      return evaluateBody(frame);
    };
  });
}

export const macroNames = ['all', 'exists', 'exists_one', 'filter', 'map'] as const;
type MacroName = (typeof macroNames)[number];

export function isMacro(name: string): name is MacroName {
  return macroNames.some((macroName) => macroName === name);
}

/** `receiver.all(x, test)` and its like. */
export function macro(
  compiler: Compiler,
  name: MacroName,
  receiver: ASTNode,
  [local, ...bodies]: ASTNode[],
): Evaluate {
  const wanted = name === 'map' ? [1, 2] : [1];
  if (local?.op !== 'id' || !wanted.includes(bodies.length))
    throw new ExpressionSyntaxError(`${name}() takes a variable name and an expression: .${name}(x, …)`);
  const iterable = compiler.compile(receiver);
  return compiler.withLocal(local.args, (slot) => {
    const loop = loopOf(
      name,
      bodies.map((body) => compiler.compile(body)),
    );
    return (frame) => loop(frame, entriesOf(iterable(frame), frame), slot);
  });
}

function entriesOf(value: Value, frame: Frame): Value[] {
  if (Array.isArray(value)) return value;
  if (!isMap(value)) throw new ExpressionFailure(`${typeOf(value)} has no entries to go through`);
  const keys = Object.keys(value);
  frame.meter.charge(keys.length);
  return keys;
}

function loopOf(name: MacroName, [first, second]: Evaluate[]): Loop {
  if (!first) throw new ExpressionSyntaxError(`${name}() lacks its expression`);
  switch (name) {
    case 'all':
      return quantifier(first, false);
    case 'exists':
      return quantifier(first, true);
    case 'exists_one':
      return (frame, entries, slot) => select(frame, entries, slot, first).length === 1;
    case 'filter':
      return (frame, entries, slot) => select(frame, entries, slot, first);
    case 'map':
      return (frame, entries, slot) =>
        second
          ? each(frame, select(frame, entries, slot, first), slot, second)
          : each(frame, entries, slot, first);
  }
}

function each(frame: Frame, entries: Value[], slot: number, evaluate: Evaluate): Value[] {
  return entries.map((entry) => {
    frame.meter.charge(1);
    frame.locals[slot] = entry;
    return evaluate(frame);
  });
}

function select(frame: Frame, entries: Value[], slot: number, test: Evaluate): Value[] {
  return entries.filter((entry) => {
    frame.meter.charge(1);
    frame.locals[slot] = entry;
    return asBoolean(test(frame), 'the test of a macro');
  });
}

/** Ends at the first entry that decides; a failure counts only when no entry does. */
function quantifier(test: Evaluate, decisive: boolean): Loop {
  return (frame, entries, slot) => {
    let failure: ExpressionFailure | undefined;
    for (const entry of entries) {
      frame.meter.charge(1);
      frame.locals[slot] = entry;
      const result = attempt(frame.meter, () => asBoolean(test(frame), 'the test of a macro'));
      if (result === decisive) return decisive;
      if (result instanceof ExpressionFailure) failure ??= result;
    }
    if (failure) throw failure;
    return !decisive;
  };
}
