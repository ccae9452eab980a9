import type { Json, RunNode, RunRecord } from '../../contracts/index.ts';

/** Most that is kept of a run: bytes of its JSON, characters (UTF-16 units) of order and answer. */
export const recordLimits = { bytes: 65_536, textChars: 8_000 } as const;

/** Characters kept of a node's error where even markers do not make a record fit. */
const shortErrorChars = 100;

/** What is given up for size, in this order. `excess`: bytes above the limit. */
const reductions: ((nodes: readonly RunNode[], excess: number) => RunNode[])[] = [
  markLargestOutputs,
  shortenErrors,
  dropNodes,
];

/** A record as one line of JSON within `recordLimits`: its largest outputs become `{ truncated: true, bytes }` first. */
export function recordLine(record: RunRecord): string {
  let kept = {
    ...record,
    text: cut(record.text, recordLimits.textChars),
    answer: record.answer === null ? null : cut(record.answer, recordLimits.textChars),
  };
  let line = JSON.stringify(kept);
  for (const reduce of reductions) {
    const excess = Buffer.byteLength(line) - recordLimits.bytes;
    if (excess <= 0) break;
    kept = { ...kept, nodes: reduce(kept.nodes, excess) };
    line = JSON.stringify(kept);
  }
  return storable(line);
}

/**
 * JSON's escapes of NUL and of half a surrogate pair, replaced: readers of JSON refuse them, and the segment with them.
 * A whole pair is never escaped by `JSON.stringify`. Neither length nor meaning of the line changes.
 */
function storable(line: string): string {
  if (!line.includes('\\u')) return line;
  return line.replaceAll(/\\(?:u(?:0000|d[89a-f][0-9a-f]{2})|.)/g, (sequence) =>
    sequence.length === 6 ? '\\ufffd' : sequence,
  );
}

function markLargestOutputs(nodes: readonly RunNode[], excess: number): RunNode[] {
  const outputs = nodes.map(({ output }, index) => ({ index, bytes: sizeOf(output) }));
  const marked = [...nodes];
  let left = excess;
  for (const { index, bytes } of outputs.sort((a, b) => b.bytes - a.bytes)) {
    const node = nodes[index];
    const marker: Json = { truncated: true, bytes };
    const saved = bytes - sizeOf(marker);
    if (left <= 0 || saved <= 0 || !node) break;
    marked[index] = { ...node, output: marker };
    left -= saved;
  }
  return marked;
}

function shortenErrors(nodes: readonly RunNode[]): RunNode[] {
  return nodes.map((node) => {
    if (!node.error) return node;
    const { type, message, userMessage } = node.error;
    const error = {
      type,
      message: cut(message, shortErrorChars),
      userMessage: cut(userMessage, shortErrorChars),
    };
    return { ...node, error };
  });
}

/** For flows of hundreds of nodes: leaves nodes out from the end, those that were never reached first. */
function dropNodes(nodes: readonly RunNode[], excess: number): RunNode[] {
  let left = excess;
  const kept = [...nodes];
  for (const neverReached of [true, false]) {
    for (let index = kept.length - 1; index >= 0 && left > 0; index--) {
      const node = kept[index];
      if (!node || (neverReached && node.startedAt !== null)) continue;
      kept.splice(index, 1);
      left -= sizeOf(node) + 1;
    }
  }
  return kept;
}

function sizeOf(value: Json | RunNode): number {
  return Buffer.byteLength(JSON.stringify(value));
}

/** At most `units` UTF-16 units, no half character at the end. */
function cut(text: string, units: number): string {
  if (text.length <= units) return text;
  const last = text.charCodeAt(units - 2);
  const splitsPair = last >= 0xd800 && last <= 0xdbff;
  return `${text.slice(0, splitsPair ? units - 2 : units - 1)}…`;
}
