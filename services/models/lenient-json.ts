import type { Json } from '../../contracts/json.ts';

const deepest = 64;
const mostCandidates = 20;

/**
 * The first JSON object in a model's text, whatever stands around it (prose, code fences); undefined when there is
 * none. Work is linear in the text, at most `mostCandidates` times over.
 */
export function findJsonObject(text: string): Json | undefined {
  let from = text.indexOf('{');
  for (let candidate = 0; from >= 0 && candidate < mostCandidates; candidate += 1) {
    const end = endOfObject(text, from);
    // An answer that was cut off must not pass for one of its own parts.
    if (end < 0 && beginsObject(text, from)) return undefined;
    if (end > 0) {
      try {
        const value: Json = JSON.parse(text.slice(from, end));
        return value;
      } catch {
        // Braces in prose; the object may come later.
      }
    }
    from = text.indexOf('{', from + 1);
  }
  return undefined;
}

function beginsObject(text: string, from: number): boolean {
  return text
    .slice(from + 1, from + 100)
    .trimStart()
    .startsWith('"');
}

/** The index after the bracket that closes the one at `from`; -1 when it never closes or nests too deep. */
function endOfObject(text: string, from: number): number {
  let depth = 0;
  let inString = false;
  for (let at = from; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (inString) {
      if (code === 0x5c) at += 1;
      else if (code === 0x22) inString = false;
    } else if (code === 0x22) {
      inString = true;
    } else if (code === 0x7b || code === 0x5b) {
      depth += 1;
      if (depth > deepest) return -1;
    } else if (code === 0x7d || code === 0x5d) {
      depth -= 1;
      if (depth === 0) return at + 1;
    }
  }
  return -1;
}
