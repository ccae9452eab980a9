import type { FlowNode } from '../../contracts/flow.ts';
import type { Json, JsonObject } from '../../contracts/json.ts';
import { type NodeKind, nodeKinds } from '../../contracts/node-kinds/index.ts';
import { compileConfig } from '../bind.ts';
import { type Expression, ExpressionParser } from '../expression.ts';
import { isJsonObject } from '../json-object.ts';
import { JsonSchema, JsonSchemaInvalid } from '../json-schema/index.ts';
import { flowVariables, itemVariables } from '../program.ts';
import { fieldPath, named, type Problems, reportSyntax, sentence } from './problems.ts';

/** Told of each expression that could be parsed, and where it is. */
export type OnExpression = (expression: Expression, field: string) => void;

/** Checks nodes' kinds and configs: shape by the kind's schema, templates and expressions by parsing them. */
export class ConfigCheck {
  readonly #problems: Problems;
  readonly #parser = new ExpressionParser(flowVariables);
  readonly #itemParser = this.#parser.with(...itemVariables);

  constructor(problems: Problems) {
    this.#problems = problems;
  }

  check(node: FlowNode, onExpression: OnExpression): void {
    const kind = nodeKinds.get(node.kind);
    // The shape has said so already.
    if (node.kind === '') return;
    if (!kind) {
      this.#problems.add(
        'unknown_kind',
        `There is no kind \`${node.kind}\`. Use one of ${named(nodeKinds.keys())}.`,
        { node: node.id, field: 'kind' },
      );
      return;
    }
    const config = node.config ?? {};
    this.#shape(node.id, kind, config, 'config');
    this.#schemas(node.id, kind, config, 'config');
    const inner = kind.traits.fanOut?.do;
    const { [inner ?? '']: perItem, ...common } = config;
    this.#expressions(node.id, inner ? common : config, kind, this.#parser, 'config', onExpression);
    if (inner) this.#itemWork(node.id, perItem, `config.${inner}`, onExpression);
  }

  #itemWork(node: string, work: Json | undefined, field: string, onExpression: OnExpression): void {
    if (!isJsonObject(work) || !isJsonObject(work.config) || typeof work.kind !== 'string') return;
    const kind = nodeKinds.get(work.kind);
    if (!kind) return;
    this.#shape(node, kind, work.config, `${field}.config`);
    this.#schemas(node, kind, work.config, `${field}.config`);
    this.#expressions(node, work.config, kind, this.#itemParser, `${field}.config`, onExpression);
  }

  #schemas(node: string, kind: NodeKind, config: JsonObject, field: string): void {
    for (const name of kind.traits.schemas ?? []) {
      const { [name]: schema } = config;
      if (schema === undefined) continue;
      for (const reason of schemaReasons(schema))
        this.#problems.add('invalid_schema', `${sentence(reason)} Correct the JSON Schema.`, {
          node,
          field: `${field}.${name}`,
        });
    }
  }

  #shape(node: string, kind: NodeKind, config: JsonObject, field: string): void {
    const parsed = kind.config.safeParse(config);
    for (const issue of parsed.error?.issues ?? [])
      this.#problems.add('invalid_config', sentence(issue.message), {
        node,
        field: fieldPath([field, ...issue.path]),
      });
  }

  #expressions(
    node: string,
    config: JsonObject,
    kind: NodeKind,
    parser: ExpressionParser,
    field: string,
    onExpression: OnExpression,
  ): void {
    for (const [part, path] of partsOf(config, kind)) {
      const place = { node, field: `${field}.${path}` };
      reportSyntax(this.#problems, place, () =>
        compileConfig(part, kind.traits, (source) => {
          const expression = parser.parse(source);
          onExpression(expression, place.field);
          return expression;
        }),
      );
    }
  }
}

/** A config in parts that may be wrong one by one: its fields, and each of its cases. */
function partsOf(config: JsonObject, { traits }: NodeKind): [part: JsonObject, path: string][] {
  return Object.entries(config).flatMap(([name, value]): [JsonObject, string][] =>
    name === traits.cases && Array.isArray(value)
      ? value.map((entry, at) => [{ [name]: [entry] }, `${name}[${at}].when`])
      : [[{ [name]: value }, name]],
  );
}

function schemaReasons(schema: Json): readonly string[] {
  try {
    new JsonSchema(schema);
    return [];
  } catch (error) {
    if (error instanceof JsonSchemaInvalid) return error.reasons;
    throw error;
  }
}
