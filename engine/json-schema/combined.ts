import { flaw, type Keyword, passes } from './check.ts';
import { eachOf } from './lists.ts';

export const combiningKeywords: Record<string, Keyword> = {
  allOf: (operand, compiler) => {
    const checks = eachOf(operand, compiler, 'allOf');
    return (value, place) => {
      for (const check of checks) check(value, place);
    };
  },
  anyOf: (operand, compiler) => {
    const checks = eachOf(operand, compiler, 'anyOf');
    return (value, place) => {
      if (!checks.some((check) => passes(check, value, place))) flaw(place, 'fits none of the allowed forms');
    };
  },
  oneOf: (operand, compiler) => {
    const checks = eachOf(operand, compiler, 'oneOf');
    return (value, place) => {
      const fitting = checks.filter((check) => passes(check, value, place)).length;
      if (fitting === 0) flaw(place, 'fits none of the allowed forms');
      if (fitting > 1) flaw(place, 'fits several forms of which it may be one only');
    };
  },
  not: (operand, compiler) => {
    const check = compiler.schema(operand);
    return (value, place) => {
      if (passes(check, value, place)) flaw(place, 'has a form that is not allowed');
    };
  },
  if: (operand, compiler, { then = true, else: otherwise = true }) => {
    const check = compiler.schema(operand);
    const whenTrue = compiler.schema(then);
    const whenFalse = compiler.schema(otherwise);
    return (value, place) => (passes(check, value, place) ? whenTrue : whenFalse)(value, place);
  },
};
