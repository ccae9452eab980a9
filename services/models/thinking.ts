const opening = '<think>';
const closing = '</think>';

/**
 * Takes apart the thinking that some models put before their answer: `<think>…</think>`, where the opening tag may be
 * part of the prompt and thus missing. Thinking that never ends leaves no text.
 */
export function splitThinking(written: string): { text: string; thinking: string } {
  const trimmed = written.trim();
  const begins = trimmed.startsWith(opening);
  const end = trimmed.indexOf(closing);
  const after = end + closing.length;
  if (begins && end < 0) return { text: '', thinking: trimmed.slice(opening.length).trim() };
  if (end >= 0 && (begins || trimmed[after] === '\n')) {
    const from = begins ? opening.length : 0;
    return { text: trimmed.slice(after).trim(), thinking: trimmed.slice(from, end).trim() };
  }
  return { text: trimmed, thinking: '' };
}
