import { ExpressionSyntaxError } from './cel/failure.ts';

/** A part of a template: text as it is, or the source of an expression. */
export type TemplatePart = { type: 'text'; text: string } | { type: 'expression'; source: string };

/**
 * Splits a string at its `{{ }}`. Braces inside CEL's strings and map literals do not end an expression.
 * Throws `ExpressionSyntaxError` when one is not closed.
 */
export function splitTemplate(template: string): TemplatePart[] {
  const parts: TemplatePart[] = [];
  let at = 0;
  for (let open = template.indexOf('{{'); open >= 0; open = template.indexOf('{{', at)) {
    if (open > at) parts.push({ type: 'text', text: template.slice(at, open) });
    const close = expressionEnd(template, open + 2);
    const source = template.slice(open + 2, close).trim();
    if (source === '') throw new ExpressionSyntaxError('a template {{ }} is empty');
    parts.push({ type: 'expression', source });
    at = close + 2;
  }
  if (at < template.length) parts.push({ type: 'text', text: template.slice(at) });
  return parts;
}

/** Where the `}}` is that closes an expression which starts at `start`. */
function expressionEnd(template: string, start: number): number {
  let depth = 0;
  let at = start;
  while (at < template.length) {
    const character = template[at];
    if (character === '}' && depth === 0 && template[at + 1] === '}') return at;
    if (character === '{') depth++;
    else if (character === '}') depth--;
    at = character === '"' || character === "'" ? quoteEnd(template, at) : at + 1;
  }
  throw new ExpressionSyntaxError('a {{ is not closed by }}');
}

/** The position behind a CEL string that starts at `start`. */
function quoteEnd(template: string, start: number): number {
  const mark = template[start] ?? '';
  const quote = template.startsWith(mark.repeat(3), start) ? mark.repeat(3) : mark;
  let at = start + quote.length;
  while (at < template.length && !template.startsWith(quote, at)) at += template[at] === '\\' ? 2 : 1;
  return at + quote.length;
}
