/** Deeper than any document of ours; what is far deeper breaks recursive readers. */
const maximumDepth = 64;

const quote = 0x22;
const backslash = 0x5c;
const openers = new Set([0x5b, 0x7b]);
const closers = new Set([0x5d, 0x7d]);

/** Whether JSON text nests deeper than 64 levels: one pass over the bytes, without parsing. Other text is never too deep. */
export function isTooDeep(bytes: Uint8Array): boolean {
  let start = 0;
  while (isSpace(bytes[start])) start += 1;
  if (!openers.has(bytes[start] ?? 0)) return false;
  let depth = 0;
  let inString = false;
  for (let at = start; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0;
    if (inString) {
      if (byte === backslash) at += 1;
      else if (byte === quote) inString = false;
    } else if (byte === quote) inString = true;
    else if (openers.has(byte)) {
      depth += 1;
      if (depth > maximumDepth) return true;
    } else if (closers.has(byte)) depth -= 1;
  }
  return false;
}

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}
