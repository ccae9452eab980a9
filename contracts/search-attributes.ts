/**
 * A search attribute of type Keyword with its value, in the form that Temporal's client and workflow packages share:
 * neither package can be everywhere.
 */
export interface KeywordAttribute {
  key: { name: string; type: 'KEYWORD' };
  value: string;
}

export function keyword(name: string, value: string): KeywordAttribute {
  return { key: { name, type: 'KEYWORD' }, value };
}
