import type { Paragraph, RootContent } from 'mdast';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { gfmFromMarkdown } from 'mdast-util-gfm';
import { gfm } from 'micromark-extension-gfm';
import { type Chunk, chunksOf } from './chunks.ts';
import { dropJoints } from './cjk-emphasis.ts';
import { escapeValue } from './escape.ts';
import { resolveReferences } from './references.ts';

/** A block of a document. Positions are offsets in `source`. */
export interface Block {
  node: RootContent;
  source: string;
  /** The table goes on that the block before is, with the same header. */
  goesOn?: true;
}

/** A document, its reference links resolved: none is left. Others read it too. */
export type Document = readonly Block[];

/** Two tildes strike through, one is a tilde (3~5 days); notes in brackets are shown as they are written. */
const extensions = [
  gfm({ singleTilde: false }),
  { disable: { null: ['gfmFootnoteDefinition', 'gfmFootnoteCall', 'gfmPotentialFootnoteCall'] } },
];
/** Without the transforms, which make nodes that have no position. */
const mdastExtensions = gfmFromMarkdown().map(({ transforms: _, ...rest }) => rest);

const definition = /^ {0,3}\[(?!\^)[^\]\n]{1,200}\]:[ \t]*\S[^\n]{0,2000}$/gm;
/** More are not looked up across chunks. */
const definitionsKept = 4_000;

/** The last few: a part is measured, rendered and told as plain text, and parsing is what takes the time. */
const recent = new Map<string, Document>();
const recentKept = 4;

/** Reads markdown in time that grows with its length, whatever it is. */
export function parseMarkdown(markdown: string): Document {
  const known = recent.get(markdown);
  if (known) return known;
  const chunks = chunksOf(markdown);
  const shared = chunks.length > 1 ? sharedDefinitions(chunks) : '';
  const document = chunks.flatMap((chunk) => blocksOf(chunk, shared));
  recent.set(markdown, document);
  for (const [oldest] of recent) {
    if (recent.size <= recentKept) break;
    recent.delete(oldest);
  }
  return document;
}

function sharedDefinitions(chunks: Chunk[]): string {
  const sources = chunks.map((chunk) => (chunk.kind === 'markdown' ? chunk.source : ''));
  const found = sources.flatMap((source) => source.match(definition) ?? []).join('\n');
  return found === '' || found.length > definitionsKept ? '' : `\n\n${found}`;
}

function blocksOf(chunk: Chunk, shared: string): Block[] {
  if (chunk.kind === 'literal') return chunk.value.split(/\n\s*\n/).flatMap(literal);
  if (chunk.kind === 'code') {
    const [lang = ''] = chunk.info.split(/\s/, 1);
    return [{ node: { type: 'code', lang: lang || null, value: chunk.value }, source: '' }];
  }
  const source = chunk.source + shared;
  const root = fromMarkdown(source, { extensions, mdastExtensions });
  resolveReferences(root);
  dropJoints(root);
  return root.children
    .filter(({ type }) => type !== 'definition')
    .map((node, index) => ({
      node,
      source,
      ...(chunk.goesOn && index === 0 && node.type === 'table' ? { goesOn: true } : {}),
    }));
}

function literal(value: string): Block[] {
  const text = value.trim();
  if (text === '') return [];
  const source = escapeValue(text);
  const point = { line: 1, column: 1 };
  const position = { start: { ...point, offset: 0 }, end: { ...point, offset: source.length } };
  const node: Paragraph = {
    type: 'paragraph',
    children: [{ type: 'text', value: text, position }],
    position,
  };
  return [{ node, source }];
}
