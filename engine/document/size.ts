import { flowLimits } from '../../contracts/flow-limits.ts';
import type { Problems } from './problems.ts';

/** Levels of nesting: more than any form makes, less than any stack. */
const deepest = 64;

/**
 * Checks depth and size before anything goes through the document by recursion; false when it is beyond them.
 * Size is the UTF-8 length as JSON, escapes not counted.
 */
export function checkSize(document: unknown, problems: Problems): boolean {
  let bytes = 0;
  const open: { value: unknown; depth: number }[] = [{ value: document, depth: 0 }];
  for (let next = open.pop(); next; next = open.pop()) {
    const { value, depth } = next;
    bytes += ownBytes(value);
    if (bytes > flowLimits.documentBytes) {
      problems.add(
        'document_too_large',
        `The document is larger than ${flowLimits.documentBytes} bytes. Split it into several flows, or keep large texts elsewhere.`,
      );
      return false;
    }
    if (typeof value !== 'object' || value === null) continue;
    if (depth === deepest) {
      problems.add('document_too_deep', `The document is nested deeper than ${deepest} levels. Flatten it.`);
      return false;
    }
    for (const entry of Object.values(value)) open.push({ value: entry, depth: depth + 1 });
  }
  return true;
}

function ownBytes(value: unknown): number {
  if (typeof value === 'string') return utf8Length(value) + 3;
  if (typeof value !== 'object' || value === null) return String(value).length + 1;
  if (Array.isArray(value)) return 3;
  return Object.keys(value).reduce((total, key) => total + utf8Length(key) + 3, 3);
}

const encoder = new TextEncoder();

function utf8Length(text: string): number {
  return encoder.encode(text).length;
}
