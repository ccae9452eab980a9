import { describe, expect, it } from 'vitest';
import type { Json } from '../contracts/json.ts';
import { bind } from './bind.ts';
import { ExpressionFailure, ExpressionSyntaxError, type Scope } from './expression.ts';

const scope: Scope = {
  variables: { item: { n: 7, name: 'Ann', none: null, list: [1, 'a'] }, big: 'x'.repeat(1_200_000) },
  node: () => ({ output: { text: 'hi' }, error: null }),
};

describe('a template', () => {
  it.each<[string, Json]>([
    ['{{ item.n }}', 7],
    [' {{ item.n }}', ' 7'],
    ['{{ item.list }}', [1, 'a']],
    ['list: {{ item.list }}', 'list: [1,"a"]'],
    ['{{ item.none }}', null],
    ['[{{ item.none }}]', '[]'],
    ['Hello {{ item.name }}, {{ nodes.a.output.text }}!', 'Hello Ann, hi!'],
    ['{{ item.n > 6 }} and {{ item.n / 2 }}', 'true and 3.5'],
    ['{{ "}}" }}', '}}'],
    ["{{ '{{ }} \\' }}' }}.", "{{ }} ' }}."],
    ['{{ {"a": {"b": item.n}} }}', { a: { b: 7 } }],
    ['{{{"a": {"b": 1}}}}', { a: { b: 1 } }],
    ['{{ """a"}}b""" }}', 'a"}}b'],
    ['no braces } { }}', 'no braces } { }}'],
    ['', ''],
  ])('%j is %j', (template, result) => {
    expect(bind(template, scope)).toEqual(result);
  });

  it('is bound wherever it stands in arrays and objects', () => {
    const value = { a: ['{{ item.n }}', { b: '{{ item.name }}' }], '{{ key }}': 1, c: null, d: true };
    expect(bind(value, scope)).toEqual({ a: [7, { b: 'Ann' }], '{{ key }}': 1, c: null, d: true });
  });

  it.each(['{{ item.n', '{{ }}', '{{ "}} ', '{{ 1 + }}', 'a {{ nobody }} b'])('%j is refused', (template) => {
    expect(() => bind(template, scope)).toThrow(ExpressionSyntaxError);
  });

  it('that grows beyond what a task may be given fails', () => {
    expect(() => bind('{{ big }}'.repeat(6).replace('{{', ' {{'), scope)).toThrow(ExpressionFailure);
    expect(() => bind(Array(6).fill('{{ big }}'), scope)).toThrow(ExpressionFailure);
  });
});
