import type { ASTNode } from '@marcbachmann/cel-js';
import { expressionLimits } from '../limits.ts';
import { compileCall, compileMethod } from './calls.ts';
import type { Compiler } from './compiler.ts';
import { typeNames } from './conversions.ts';
import { ExpressionFailure, ExpressionSyntaxError } from './failure.ts';
import type { Evaluate } from './frame.ts';
import { compileList, compileMap, literal } from './literals.ts';
import { attempt } from './meter.ts';
import { asBoolean, negate, operators } from './operators.ts';
import { element, field, isMap, TypeName, typeOf } from './values.ts';

/** Compiles one expression: knows the names it may use, and collects the nodes it refers to. */
export class Compilation implements Compiler {
  readonly references = new Set<string>();
  readonly #variables: ReadonlySet<string>;
  readonly #locals: string[] = [];
  #depth = 0;

  /** `variables`: the names in scope; `nodes` among them is the flow's nodes. */
  constructor(variables: ReadonlySet<string>) {
    this.#variables = variables;
  }

  compile(ast: ASTNode): Evaluate {
    if (++this.#depth > expressionLimits.depth) throw new ExpressionSyntaxError('it is nested too deeply');
    const evaluate = this.#compile(ast);
    this.#depth--;
    return evaluate;
  }

  withLocal<T>(name: string, compile: (slot: number) => T): T {
    const slot = this.#locals.push(name) - 1;
    const result = compile(slot);
    this.#locals.pop();
    return result;
  }

  #compile(ast: ASTNode): Evaluate {
    switch (ast.op) {
      case 'value':
        return literal(ast.args);
      case 'id':
        return this.#identifier(ast.args);
      case '.':
        return this.#field(ast.args[0], ast.args[1]);
      case '[]':
        return this.#index(ast.args[0], ast.args[1]);
      case 'call':
        return compileCall(this, ast.args[0], ast.args[1]);
      case 'rcall':
        return compileMethod(this, ast.args[0], ast.args[1], ast.args[2]);
      case 'list':
        return compileList(this, ast.args);
      case 'map':
        return compileMap(this, ast.args);
      case '?:':
        return this.#conditional(ast.args);
      case '&&':
        return this.#logical(ast.args, false);
      case '||':
        return this.#logical(ast.args, true);
      case '!_': {
        const operand = this.compile(ast.args);
        return (frame) => !asBoolean(operand(frame), 'what follows !');
      }
      case '-_': {
        const operand = this.compile(ast.args);
        return (frame) => negate(operand(frame));
      }
      case '.?':
      case '[?]':
        throw new ExpressionSyntaxError('optional access is not part of expressions here');
      default:
        return this.#binary(ast.op, ast.args);
    }
  }

  #identifier(name: string): Evaluate {
    const slot = this.#locals.lastIndexOf(name);
    if (slot >= 0) return ({ locals }) => locals[slot] ?? null;
    if (this.isNodes(name)) throw new ExpressionSyntaxError('name one node of the flow: nodes.<id>');
    if (this.#variables.has(name))
      return ({ scope }) => {
        const value = Object.hasOwn(scope.variables, name) ? scope.variables[name] : undefined;
        if (value === undefined) throw new ExpressionFailure(`${name} has no value here`);
        return value;
      };
    if (typeNames.has(name)) {
      const type = new TypeName(name);
      return () => type;
    }
    throw new ExpressionSyntaxError(
      `unknown variable ${name}; there are ${[...this.#variables].sort().join(', ')}`,
    );
  }

  isNodes(name: string): boolean {
    return name === 'nodes' && !this.#locals.includes(name) && this.#variables.has(name);
  }

  #field(target: ASTNode, key: string): Evaluate {
    if (target.op === 'id' && this.isNodes(target.args)) return this.#node(key);
    const evaluate = this.compile(target);
    return (frame) => {
      frame.meter.charge(1);
      const value = evaluate(frame);
      if (!isMap(value)) throw new ExpressionFailure(`no field ${key}: it is looked for in ${typeOf(value)}`);
      return field(value, key);
    };
  }

  #index(target: ASTNode, index: ASTNode): Evaluate {
    if (target.op === 'id' && this.isNodes(target.args)) {
      if (index.op !== 'value' || typeof index.args !== 'string')
        throw new ExpressionSyntaxError('name one node of the flow: nodes.<id>');
      return this.#node(index.args);
    }
    const evaluate = this.compile(target);
    const evaluateIndex = this.compile(index);
    return (frame) => {
      frame.meter.charge(1);
      const value = evaluate(frame);
      const at = evaluateIndex(frame);
      if (Array.isArray(value)) return element(value, at);
      if (isMap(value) && typeof at === 'string') return field(value, at);
      throw new ExpressionFailure(`${typeOf(value)} has no element at ${typeOf(at)}`);
    };
  }

  #node(id: string): Evaluate {
    this.references.add(id);
    return (frame) => {
      frame.meter.charge(1);
      return { ...frame.scope.node(id) };
    };
  }

  #conditional([condition, yes, no]: [ASTNode, ASTNode, ASTNode]): Evaluate {
    const test = this.compile(condition);
    const whenTrue = this.compile(yes);
    const whenFalse = this.compile(no);
    return (frame) => {
      frame.meter.charge(1);
      return asBoolean(test(frame), 'what stands before ?') ? whenTrue(frame) : whenFalse(frame);
    };
  }

  /** CEL's `||` and `&&`: either side decides, whatever the other does; `decisive` is the value that does. */
  #logical([leftNode, rightNode]: [ASTNode, ASTNode], decisive: boolean): Evaluate {
    const left = this.compile(leftNode);
    const right = this.compile(rightNode);
    const what = decisive ? 'a side of ||' : 'a side of &&';
    return (frame) => {
      frame.meter.charge(1);
      const first = attempt(frame.meter, () => asBoolean(left(frame), what));
      if (first === decisive) return decisive;
      const second = asBoolean(right(frame), what);
      if (second === decisive || !(first instanceof ExpressionFailure)) return second;
      throw first;
    };
  }

  #binary(operator: keyof typeof operators, [leftNode, rightNode]: [ASTNode, ASTNode]): Evaluate {
    const left = this.compile(leftNode);
    const right = this.compile(rightNode);
    const apply = operators[operator];
    return (frame) => {
      frame.meter.charge(1);
      return apply(left(frame), right(frame), frame.meter);
    };
  }
}
