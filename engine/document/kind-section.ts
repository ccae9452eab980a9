import type { Json, JsonObject } from '../../contracts/json.ts';
import type { Fields, NodeKind } from '../../contracts/node-kinds/index.ts';

type Schema = { [key: string]: unknown };

/** What a page says of one kind: what it does, its fields, ports, output and an example. Markdown. */
export function kindSection(entry: NodeKind): string {
  const { kind, title, help, output, defaultTimeout } = entry;
  return [
    `### ${kind} — ${title.en} · ${title.zh}`,
    help.en,
    fieldTable(entry),
    [
      `- Leaves by ${portsOf(entry)}.`,
      `- Output: ${output.includes('{') ? `\`${output}\`` : output}.`,
      `- One attempt may take ${defaultTimeout}, unless the node says otherwise.`,
      ...capabilities(entry),
    ].join('\n'),
    json({ id: 'example', kind, ...(Object.keys(entry.example).length > 0 && { config: entry.example }) }),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

/** JSON in a block of its own, on as few lines as it fits. */
function json(value: JsonObject): string {
  return `\`\`\`json\n${lines(value, '')}\n\`\`\``;
}

function lines(value: Json, indent: string): string {
  const short = JSON.stringify(value, null, 1).replaceAll(/\n */g, ' ');
  if (typeof value !== 'object' || value === null || short.length + indent.length <= 100) return short;
  const inner = `${indent}  `;
  const [open, close] = Array.isArray(value) ? ['[', ']'] : ['{', '}'];
  const entries = Array.isArray(value)
    ? value.map((entry) => lines(entry, inner))
    : Object.entries(value).map(([key, entry]) => `${JSON.stringify(key)}: ${lines(entry, inner)}`);
  return `${open}\n${entries.map((entry) => inner + entry).join(',\n')}\n${indent}${close}`;
}

/** A table with a heading. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

function fieldTable({ config, fields, traits: { expressions = [], cases } }: NodeKind): string {
  const schema = config.toJSONSchema({ io: 'input', unrepresentable: 'any' });
  const expressionFields = new Set([...expressions, `${cases}.when`]);
  const rows = rowsOf(fields, schema).map(([field = '', title = '', type = '', ...rest]) => [
    `\`${field}\``,
    title,
    expressionFields.has(field) ? 'expression' : type,
    ...rest,
  ]);
  return rows.length === 0 ? 'No fields.' : table(['field', 'title', 'takes', 'default', 'is'], rows);
}

function rowsOf(fields: Fields, schema: Schema, before = ''): string[][] {
  const { properties, required } = objectIn(schema);
  return Object.entries(fields).flatMap(([name, { title, help, fields: inner }]) => {
    const field = schemaOf(properties[name]);
    const fallback =
      field.default !== undefined
        ? `\`${JSON.stringify(field.default)}\``
        : required.includes(name)
          ? '_required_'
          : '';
    const row = [`${before}${name}`, `${title.en} · ${title.zh}`, takes(field), fallback, help.en];
    return [row, ...(inner ? rowsOf(inner, field, `${before}${name}.`) : [])];
  });
}

/** The object in a schema, in its list or among its choices, whose fields are described. */
function objectIn(schema: Schema): { properties: Schema; required: unknown[] } {
  if (schema.properties)
    return { properties: schemaOf(schema.properties), required: listOf(schema.required) };
  const inner = [schema.items, ...listOf(schema.anyOf)].map(schemaOf).filter((entry) => entry !== nothing);
  return (
    inner.map(objectIn).find(({ properties }) => properties !== nothing) ?? {
      properties: nothing,
      required: [],
    }
  );
}

function takes(schema: Schema): string {
  if (schema.enum)
    return listOf(schema.enum)
      .map((value) => `\`${value}\``)
      .join(', ');
  const choices = listOf(schema.anyOf).map((choice) => takes(schemaOf(choice)));
  if (choices.length > 0) return [...new Set(choices)].join(' or ');
  if (schema.type === 'array') return `list of ${takes(schemaOf(schema.items))}`;
  if (schema.format === 'date-time') return 'time';
  if (typeof schema.pattern === 'string') {
    if (schema.pattern.startsWith('^\\{\\{')) return 'template';
    if (schema.pattern.includes('ms|s|m|h|d')) return 'duration';
  }
  const { type = 'any JSON' } = schema;
  return type === 'string' ? 'text' : String(type);
}

function portsOf({ ports, traits }: NodeKind): string {
  const named = ['success', 'error', ...ports].map((port) => `\`${port}\``);
  return [...named, ...(traits.cases ? [`each \`${traits.cases}[].port\``] : [])].join(', ');
}

function capabilities({ traits }: NodeKind): string[] {
  const { trigger, ownRun, effect, memory, expressions = [], raw = [] } = traits;
  const harmless = typeof effect === 'object' ? ` other than ${effect.harmless.join(', ')}` : '';
  return [
    ...(trigger ? ['- Starts a flow; nothing leads to it.'] : []),
    ...(ownRun
      ? ['- Takes its flow out of the conversation into a run of its own, which may last for days.']
      : []),
    ...(effect ? [`- A dry run records what it would do${harmless}, and does not do it.`] : []),
    ...(memory ? ['- Knows what was said before in the conversation.'] : []),
    ...(expressions.length > 0 ? [`- An expression, without braces: ${codes(expressions)}.`] : []),
    ...(raw.length > 0 ? [`- Kept as written, without templates: ${codes(raw)}.`] : []),
  ];
}

function codes(names: readonly string[]): string {
  return names.map((name) => `\`${name}\``).join(', ');
}

const nothing: Schema = {};

function schemaOf(value: unknown): Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value))
    : nothing;
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}
