import { describe, expect, it } from 'vitest';
import type { Json } from '../contracts/json.ts';
import { Timestamp } from './cel/values.ts';
import {
  ExpressionFailure,
  ExpressionParser,
  ExpressionSyntaxError,
  evaluationMeter,
  type Scope,
} from './expression.ts';

const thousand = Array.from({ length: 1_000 }, (_, index) => index);
const scope: Scope = {
  variables: {
    trigger: {
      input: {
        n: 7,
        f: 2.5,
        s: 'hello',
        list: [1, 2, 3],
        empty: null,
        thousand,
        own: JSON.parse('{"__proto__": 1, "constructor": 2, "prototype": 3}'),
      },
    },
    now: new Timestamp(Date.UTC(2026, 10, 23, 22, 30)),
    memory: null,
  },
  node: (id) => ({ output: id === 'skipped' ? null : { text: 'out', n: 1 }, error: null }),
};
const parser = new ExpressionParser(['trigger', 'nodes', 'now', 'memory']);

function evaluate(source: string): Json {
  return parser.parse(source).evaluate(scope, evaluationMeter());
}

describe('numbers', () => {
  it.each<[string, Json]>([
    ['trigger.input.n * 2', 14],
    ['2 * trigger.input.n + 0.5', 14.5],
    ['trigger.input.n == 7', true],
    ['7 == trigger.input.n && 7.0 == trigger.input.n', true],
    ['trigger.input.n > 6 && trigger.input.n <= 7.0', true],
    ['trigger.input.n % 2', 1],
    ['trigger.input.n / 2', 3.5],
    ['7 / 2', 3],
    ['-trigger.input.n', -7],
    ['size(trigger.input.list) * trigger.input.f', 7.5],
    ['trigger.input.list[size(trigger.input.list) - 1]', 3],
    ['trigger.input.list[trigger.input.n - 5]', 3],
    ['[1, 2.5, 3]', [1, 2.5, 3]],
    ['[1] == [1.0] && 1 in trigger.input.list', true],
    ['true ? 1 : 2.5', 1],
    ['int(2.9) + int("3")', 5],
    ['string(7) + string(2.5)', '72.5'],
  ])('%s is %j', (source, result) => {
    expect(evaluate(source)).toEqual(result);
  });

  it.each(['1 / 0', '9223372036854775807 + 1', '1.0 / 0.0', '9007199254740993', "'a' + 1", '-"a"'])(
    '%s fails rather than lose something',
    (source) => {
      expect(() => evaluate(source)).toThrow(ExpressionFailure);
    },
  );
});

describe('values', () => {
  it.each<[string, Json]>([
    ['nodes.skipped.output != null ? nodes.skipped.output.text : nodes.other.output.text', 'out'],
    ['nodes["other"].output.n', 1],
    ['has(nodes.skipped.output.text)', false],
    ['has(trigger.input.s) && !has(trigger.input.t)', true],
    ["'s' in trigger.input", true],
    ["trigger.input['s']", 'hello'],
    ['trigger.input.missing == 1 || true', true],
    ['false && trigger.input.missing == 1', false],
    ['{"a": {"b": [1, null]}}', { a: { b: [1, null] } }],
    ['trigger.input.list.map(x, x * 2)', [2, 4, 6]],
    ['trigger.input.list.map(x, x > 1, x * 2)', [4, 6]],
    ['trigger.input.list.filter(x, x != 2)', [1, 3]],
    ['trigger.input.list.exists(x, x == 2) && trigger.input.list.all(x, x > 0)', true],
    ['trigger.input.list.exists_one(x, x > 2)', true],
    ['trigger.input.list.map(x, trigger.input.list.filter(y, y < x).size())', [0, 1, 2]],
    ['cel.bind(x, 5, x * x)', 25],
    ['["a", "b"].map(nodes, nodes)', ['a', 'b']],
    ['"Hello".lowerAscii() + " World ".trim().upperAscii()', 'helloWORLD'],
    ['"a,b,c".split(",").join("-")', 'a-b-c'],
    ['"a,b,c".split(",", 2)', ['a', 'b,c']],
    ['"hello".substring(1, 3) + string("hello".indexOf("l"))', 'el2'],
    ['"hello".contains("ell") && "hello".startsWith("he") && "hello".endsWith("lo")', true],
    ['size("你好👍")', 3],
    ['type(1) == int && type(trigger.input.n) == double && type([]) == list', true],
    ['memory', null],
  ])('%s is %j', (source, result) => {
    expect(evaluate(source)).toEqual(result);
  });

  it.each([
    'nodes.skipped.output.text',
    'trigger.input.missing',
    'trigger.input.list[3]',
    'trigger.input.list[-1]',
    'trigger.input.list[0.5]',
    'trigger.input.s ? 1 : 2',
    'trigger.input.s && true',
    'trigger.input.n.text',
    '!1',
    '1 < "a"',
    'int("x")',
  ])('%s fails', (source) => {
    expect(() => evaluate(source)).toThrow(ExpressionFailure);
  });

  it('of a condition are true or false, nothing else', () => {
    expect(parser.parse('1 < 2').test(scope, evaluationMeter())).toBe(true);
    expect(() => parser.parse('1').test(scope, evaluationMeter())).toThrow(ExpressionFailure);
  });
});

describe('times', () => {
  it.each<[string, Json]>([
    ['now', '2026-11-23T22:30:00.000Z'],
    ['now.getHours()', 22],
    ['now.getHours("+08:00")', 6],
    ['now.getDayOfWeek()', 1],
    ['now + duration("2h") > timestamp("2026-11-24T00:00:00Z")', true],
    ['now - timestamp("2026-11-23T22:00:00Z")', '1800s'],
    ['duration("1h30m").getMinutes()', 90],
    ['timestamp("2026-11-23T22:30:00+08:00") == timestamp("2026-11-23T14:30:00Z")', true],
    ['now.getDayOfYear() + now.getMonth() + now.getFullYear()', 326 + 10 + 2026],
  ])('%s is %j', (source, result) => {
    expect(evaluate(source)).toEqual(result);
  });

  it.each([
    'timestamp("yesterday")',
    'duration("soon")',
    'now.getHours("Asia/Shanghai")',
    'now + duration("99999999h") ',
  ])('%s fails', (source) => {
    expect(() => evaluate(source)).toThrow(ExpressionFailure);
  });
});

describe('what an expression cannot reach', () => {
  it.each([
    'trigger.constructor',
    'trigger["constructor"]',
    'trigger.__proto__',
    'trigger.input.s.length',
    'trigger.input.list.length',
    'trigger.toString',
    'trigger.input.own.__proto__',
    'trigger.input.own.constructor',
    'trigger.input.own["prototype"]',
    '"constructor" in trigger.input.own ? 1 : trigger.missing',
    '{"__proto__": 1}',
    'has(trigger.constructor) ? 1 : trigger.missing',
  ])('%s', (source) => {
    expect(() => evaluate(source)).toThrow(ExpressionFailure);
  });

  it.each([
    'process',
    'globalThis',
    'nodes',
    'nodes[trigger.input.s]',
    'eval("1")',
    'trigger.toString()',
    'b"x"',
    '1 +',
    '',
  ])('%j is refused before anything runs', (source) => {
    expect(() => parser.parse(source)).toThrow(ExpressionSyntaxError);
  });
});

describe('work', () => {
  const doubling = (start: string, doubled: string, body: string) =>
    `cel.bind(a, ${start}, ${`cel.bind(a, ${doubled}, `.repeat(40)}${body}${')'.repeat(41)}`;
  const hostile = {
    'nested loops':
      'trigger.input.thousand.map(a, trigger.input.thousand.map(b, trigger.input.thousand.map(c, a)))',
    'absorbed failures': 'trigger.input.thousand.all(a, trigger.input.thousand.exists(b, b.x))',
    'a text that doubles': doubling('"xxxxxxxx"', 'a + a', 'a'),
    'a list that doubles': doubling('[1]', 'a + a', 'a'),
    'a tree of shared parts': doubling('[1]', '[a, a]', 'a'),
    'equality of trees of shared parts': doubling(
      '[[1], [1]]',
      '[[a[0], a[0]], [a[1], a[1]]]',
      'a[0] == a[1]',
    ),
    'long joins':
      'cel.bind(s, trigger.input.thousand.map(x, "x").join("yyyyyyyyyyyyyyyyyyyy"), trigger.input.thousand.map(x, s).join(s))',
    'slow patterns': `trigger.input.thousand.map(x, "abababababababababab").join().matches("[ab]*a[ab]{300}c")`,
    'many patterns': `trigger.input.thousand.exists(x, "a".matches("(a{1,9}){" + string(1 + int(x) % 9) + "}b" + string(x)))`,
    searching:
      'cel.bind(s, trigger.input.thousand.map(x, "aaaaaaaaaaaaaaaaaaaa").join(), trigger.input.thousand.map(x, s.contains(s + "b")))',
  };

  it.each(Object.entries(hostile))('of %s ends soon', (_name, source) => {
    const expression = parser.parse(source);
    const begin = performance.now();
    expect(() => expression.evaluate(scope, evaluationMeter())).toThrow(ExpressionFailure);
    // Some 20 ms on an idle machine; the bound leaves room for a busy one.
    expect(performance.now() - begin).toBeLessThan(500);
  });

  it('of a pattern grows with the text, not beyond', () => {
    const text = '"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!"';
    expect(evaluate(`${text}.matches("(a+)+$")`)).toBe(false);
    expect(evaluate('matches("order 42", "[0-9]{2}")')).toBe(true);
  });

  it.each(['(', 'a{1000}{1000}', '(?:(?:a{30}){30}){30}', '\\\\Qa', 'x'.repeat(300)])(
    'of the pattern %j is not begun',
    (pattern) => {
      expect(() => parser.parse(`"a".matches("${pattern}")`)).toThrow(ExpressionSyntaxError);
    },
  );

  it.each([
    ['parentheses', `${'('.repeat(1_900)}1${')'.repeat(1_900)}`],
    ['negations', `${'!'.repeat(3_900)}true`],
    ['terms', `1${'+1'.repeat(1_900)}`],
    ['lists', `${'['.repeat(1_900)}${']'.repeat(1_900)}`],
    ['characters', `'${'x'.repeat(4_000)}'`],
  ])('of too many %s is not begun', (_name, source) => {
    expect(() => parser.parse(source)).toThrow(ExpressionSyntaxError);
  });
});
