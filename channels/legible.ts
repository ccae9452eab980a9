/** What a platform says of a refusal, without what may be a token or a secret that it repeats: long rows without blanks. */
export function legible(text: string): string {
  return text.replace(/[\w:+/=-]{24,}/g, '…').slice(0, 200);
}
