/** What a value looks like that was never filled in: blank, or the text that templates make of a missing one. */
export function isBlank(text: string): boolean {
  return /^\s*(undefined|null)?\s*$/.test(text);
}
