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

export function keyword(name: string, value: string): KeywordAttribute {
  return { key: keywordKey(name), value };
}
