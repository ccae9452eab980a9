/** A search attribute of type Keyword, in the form that Temporal's client and workflow packages share: neither can be everywhere. */
export interface KeywordKey {
  name: string;
  type: 'KEYWORD';
}

export interface KeywordAttribute {
  key: KeywordKey;
  value: string;
}

export function keywordKey(name: string): KeywordKey {
  return { name, type: 'KEYWORD' };
}

/** Likewise of type KeywordList. */
export function keywordListKey(name: string): { name: string; type: 'KEYWORD_LIST' } {
  return { name, type: 'KEYWORD_LIST' };
}

export function keyword(name: string, value: string): KeywordAttribute {
  return { key: keywordKey(name), value };
}
