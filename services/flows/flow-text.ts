import { Document, isScalar, Lexer, LineCounter, parseDocument, visit } from 'yaml';
import {
  type FlowDocument,
  flowDocument,
  flowEdge,
  flowNode,
  type Json,
  localizedText,
} from '../../contracts/index.ts';
import { FlowInvalid } from './errors.ts';

/** Of an export: which version it is. No hash: the draft. */
export interface FlowOrigin {
  version?: number;
  hash?: string;
  note?: string;
}

const mostProblems = 20;
/** Of YAML's lexer; a large flow has some tens of thousands. What is parsed within them takes half a second at most. */
const mostTokens = 250_000;

/**
 * A flow as one YAML file to read, keep and import again: known fields in the order of their schema, others by name, so
 * that two exports differ where the flows do. What it is of stands in comments on top.
 */
export function writeFlowText(document: FlowDocument, { version, hash, note }: FlowOrigin): string {
  const file = new Document(orderedFlow(document), { aliasDuplicateObjects: false });
  file.commentBefore = [
    `Flow ${document.id}: ${document.name.en} / ${document.name.zh}`,
    version === undefined ? 'draft' : `version ${version}${note ? `: ${note}` : ''}`,
    ...(hash === undefined ? [] : [`SHA-256 ${hash}`]),
  ]
    .map((line) => ` ${line.replaceAll(/\p{Cc}+/gu, ' ')}`)
    .join('\n');
  return file.toString({ lineWidth: 0 });
}

/** The value in a YAML or JSON text, of which nothing is known yet. Throws `FlowInvalid` with where the text is wrong. */
export function readFlowText(text: string): unknown {
  return jsonOf(text) ?? readYaml(text);
}

/** A hundred times faster than by way of YAML, which JSON is too. */
function jsonOf(text: string): unknown {
  if (!text.trimStart().startsWith('{')) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function readYaml(text: string): unknown {
  if (hasTooManyTokens(text))
    throw notReadable(['It has more parts than any flow. Split it into several flows.']);
  const lines = new LineCounter();
  try {
    // The parser's own search for repeated keys compares each with each.
    const options = { lineCounter: lines, prettyErrors: false, stringKeys: true, uniqueKeys: false };
    const file = parseDocument(text, options);
    const flaws = [
      ...file.errors.map(({ message, pos: [at] }) => ({ message, at })),
      ...repeatedKeys(file),
    ].sort((a, b) => a.at - b.at);
    if (flaws.length === 0) return file.toJS();
    throw notReadable(
      flaws.slice(0, mostProblems).map(({ message, at }) => {
        const { line, col } = lines.linePos(at);
        return `line ${line}, column ${col}: ${message}`;
      }),
    );
  } catch (error) {
    if (error instanceof RangeError) throw notReadable(['It is nested too deeply.']);
    // The parser's word for aliases that grow beyond measure.
    if (error instanceof ReferenceError) throw notReadable(['Its aliases stand for too much. Write it out.']);
    throw error;
  }
}

function hasTooManyTokens(text: string): boolean {
  let tokens = 0;
  for (const _ of new Lexer().lex(text)) if (++tokens > mostTokens) return true;
  return false;
}

function repeatedKeys(file: Document.Parsed): { message: string; at: number }[] {
  const flaws: { message: string; at: number }[] = [];
  visit(file, {
    Map(_, { items }) {
      const seen = new Set<unknown>();
      for (const { key } of items) {
        if (!isScalar(key)) continue;
        if (seen.has(key.value)) flaws.push({ message: 'this key is there twice', at: key.range?.[0] ?? 0 });
        seen.add(key.value);
      }
    },
  });
  return flaws;
}

function notReadable(messages: string[]): FlowInvalid {
  return new FlowInvalid(
    'import',
    messages.map((message) => ({ code: 'not_readable', message })),
  );
}

function orderedFlow({ nodes, edges, ...rest }: FlowDocument): Json {
  return {
    ...ordered(rest, Object.keys(flowDocument.shape)),
    name: ordered(rest.name, Object.keys(localizedText.shape)),
    nodes: nodes.map((node) => ordered(node, Object.keys(flowNode.shape))),
    edges: edges.map((edge) => ordered(edge, Object.keys(flowEdge.shape))),
  };
}

/** With the fields named first, then the others by name, all the way down. */
function ordered(value: object, first: readonly string[]): { [key: string]: Json } {
  const fields = Object.entries(value).filter(([, entry]) => entry !== undefined);
  const place = (name: string) => (first.includes(name) ? first.indexOf(name) : first.length);
  return Object.fromEntries(
    fields
      .sort(([a], [b]) => place(a) - place(b) || (a < b ? -1 : 1))
      .map(([name, entry]) => [name, orderedValue(entry)]),
  );
}

function orderedValue(value: Json): Json {
  if (Array.isArray(value)) return value.map(orderedValue);
  return typeof value === 'object' && value !== null ? ordered(value, []) : value;
}
