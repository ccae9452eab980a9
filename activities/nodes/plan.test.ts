import { expect, it } from 'vitest';
import { planned } from './plan.ts';

it('gives every subtask an id of its own', () => {
  const raw = [
    { id: 'a', instruction: '1' },
    { id: 'a', instruction: '2' },
    { instruction: '3' },
    { id: 4, instruction: '4' },
  ];
  expect(planned(raw, 10).map(({ id }) => id)).toEqual(['a', 's2', 's3', '4']);
});

it('uses the instruction as title where there is none', () => {
  expect(planned([{ instruction: 'look it up' }], 1)).toEqual([
    { id: 's1', title: 'look it up', instruction: 'look it up' },
  ]);
});

it('keeps dependencies on subtasks that exist, in either direction', () => {
  const raw = [
    { id: 'a', instruction: '1', dependsOn: ['c', 'gone', 'c'] },
    { id: 'b', instruction: '2', dependsOn: null },
    { id: 'c', instruction: '3', dependsOn: ['b'] },
  ];
  expect(planned(raw, 10).map(({ dependsOn }) => dependsOn)).toEqual([['c'], undefined, ['b']]);
});

it('drops the dependency that would close a circle, and any on a subtask itself', () => {
  const raw = [
    { id: 'a', instruction: '1', dependsOn: ['b', 'a'] },
    { id: 'b', instruction: '2', dependsOn: ['c'] },
    { id: 'c', instruction: '3', dependsOn: ['a'] },
  ];
  expect(planned(raw, 10).map(({ dependsOn }) => dependsOn)).toEqual([['b'], ['c'], undefined]);
});
