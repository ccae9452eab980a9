/** An entity tag as it stands in a header (RFC 9110 8.8.3). */
export function quotedEtag(etag: string): string {
  return `"${etag.replaceAll('"', '')}"`;
}

/** The store's etag of an `If-Match`; `*` asks for nothing. A weak tag matches none, as the comparison is strong. */
export function etagOf(ifMatch: string | undefined): string | undefined {
  if (ifMatch === undefined || ifMatch.trim() === '*') return undefined;
  return /^"([^"]*)"$/.exec(ifMatch.trim())?.[1] ?? ifMatch;
}
