import { expect, it } from 'vitest';
import { approvalId, runId } from '../contracts/ids.ts';
import { derivedApprovalId, derivedRunId } from './derived-id.ts';

const parent = 'abcdefghijklmnopqrstuvwxyz';

it('gives the same run id to the same task of the same run, ever since', () => {
  expect(derivedRunId(parent, 'child')).toBe('o54nvojxuzibahuorfrzyj6s7e');
  expect(derivedApprovalId(parent, 'ask')).toBe('ue2qcb6j');
});

it('gives ids of the form that run ids and approval ids have', () => {
  expect(runId.parse(derivedRunId(parent, 'each[999]'))).toHaveLength(26);
  expect(approvalId.parse(derivedApprovalId('', ''))).toHaveLength(8);
});

it('gives a hundred thousand tasks of runs an id each', () => {
  const ids = new Set<string>();
  for (let index = 0; index < 100_000; index += 1)
    ids.add(derivedRunId(`${parent}${index % 100}`, `each[${Math.floor(index / 100)}]`));
  expect(ids.size).toBe(100_000);
});
