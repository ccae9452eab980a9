import { expect, it } from 'vitest';
import { ExpressionSyntaxError } from './expression.ts';
import { retries } from './retry-condition.ts';
import { problem } from './testing/driver.ts';

it('a retry condition sees the error', () => {
  expect(retries("error.type != 'HttpStatus'", problem('HttpStatus'))).toBe(false);
  expect(retries("error.message.contains('broke')", problem())).toBe(true);
});

it('a retry condition sees nothing else', () => {
  expect(() => retries('trigger.text == null', problem())).toThrow(ExpressionSyntaxError);
});
