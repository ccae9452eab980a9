import type { Json, JsonObject } from '../contracts/json.ts';
import {
  type Expression,
  ExpressionFailure,
  ExpressionParser,
  ExpressionSyntaxError,
  Meter,
  type Scope,
} from './expression.ts';
import { isJsonObject } from './json-object.ts';
import { expressionLimits, runLimits } from './limits.ts';
import { measureJson } from './measure.ts';
import { splitTemplate } from './template.ts';

/** Parses one expression. Throws `ExpressionSyntaxError`. */
export type ParseExpression = (source: string) => Expression;

/** A JSON value with its templates parsed. Throws `ExpressionFailure`. */
export type Template = (scope: Scope, meter: Meter) => Json;

/** Which fields of a config are not plain templates. */
export interface FieldTraits {
  /** One CEL expression each. */
  expressions?: readonly string[];
  /** Kept as written. */
  raw?: readonly string[];
  /** A list of `{port, when}`: bound to the port of the first that holds. */
  cases?: string;
}

/**
 * Binds the templates of a value by themselves: for previews and tests. Throws `ExpressionSyntaxError` for a
 * template that is wrong, `ExpressionFailure` for one that fails, or whose result is over the limits.
 */
export function bind(value: Json, scope: Scope): Json {
  const parser = new ExpressionParser([...Object.keys(scope.variables), 'nodes']);
  const bound = compileTemplate(value, (source) => parser.parse(source))(
    scope,
    new Meter(expressionLimits.stepWork),
  );
  if (measureJson(bound, runLimits.taskInputBytes) === undefined)
    throw new ExpressionFailure('the result is too large');
  return bound;
}

/** Parses the templates anywhere inside a value. Throws `ExpressionSyntaxError`. */
export function compileTemplate(value: Json, parse: ParseExpression): Template {
  if (typeof value === 'string') return compileString(value, parse);
  if (typeof value !== 'object' || value === null) return () => value;
  if (Array.isArray(value)) {
    const entries = value.map((entry) => compileTemplate(entry, parse));
    return (scope, meter) => entries.map((entry) => entry(scope, meter));
  }
  return compileFields(value, () => (entry) => compileTemplate(entry, parse));
}

/** Parses a node's config, field by field as its kind's traits say. Throws `ExpressionSyntaxError`. */
export function compileConfig(config: JsonObject, traits: FieldTraits, parse: ParseExpression): Template {
  return compileFields(config, (name) => (value) => {
    if (traits.raw?.includes(name)) return () => value;
    if (traits.expressions?.includes(name)) return compileExpression(value, parse);
    if (traits.cases === name) return compileCases(value, parse);
    return compileTemplate(value, parse);
  });
}

/** Reads a config field that is one CEL expression. */
function compileExpression(value: Json, parse: ParseExpression): Template {
  if (typeof value !== 'string') return () => value;
  const expression = parse(value);
  return (scope, meter) => expression.evaluate(scope, meter);
}

/** Cases are asked in their order; one behind the first that holds may well fail. */
function compileCases(value: Json, parse: ParseExpression): Template {
  const cases = casesIn(value).map(({ port, when }) => ({ port, when: parse(when) }));
  return (scope, meter) => cases.find(({ when }) => when.test(scope, meter))?.port ?? 'default';
}

/** What of a list of cases can be read, in its order. */
export function casesIn(value: Json | undefined): { port: string; when: string }[] {
  return (Array.isArray(value) ? value : []).flatMap((entry) =>
    isJsonObject(entry) && typeof entry.port === 'string' && typeof entry.when === 'string'
      ? [{ port: entry.port, when: entry.when }]
      : [],
  );
}

function compileFields(value: JsonObject, compile: (name: string) => (value: Json) => Template): Template {
  const fields = Object.entries(value)
    .filter(([name]) => name !== '__proto__')
    .map(([name, entry]) => ({ name, bound: compile(name)(entry) }));
  return (scope, meter) => {
    const result: JsonObject = {};
    for (const { name, bound } of fields) result[name] = bound(scope, meter);
    return result;
  };
}

function compileString(template: string, parse: ParseExpression): Template {
  if (!template.includes('{{')) return () => template;
  const parts = splitTemplate(template).map((part) =>
    part.type === 'text' ? part.text : parseAt(part.source, parse),
  );
  const [only] = parts;
  if (parts.length === 1 && only !== undefined && typeof only !== 'string')
    return (scope, meter) => only.evaluate(scope, meter);
  return (scope, meter) => {
    let text = '';
    for (const part of parts) {
      text += typeof part === 'string' ? part : part.text(scope, meter);
      if (text.length > runLimits.taskInputBytes)
        throw new ExpressionFailure('the text of a template is too long');
    }
    return text;
  };
}

function parseAt(source: string, parse: ParseExpression): Expression {
  try {
    return parse(source);
  } catch (error) {
    if (!(error instanceof ExpressionSyntaxError)) throw error;
    const excerpt = source.length > 60 ? `${source.slice(0, 60)}…` : source;
    throw new ExpressionSyntaxError(`{{ ${excerpt} }}: ${error.message}`);
  }
}
