import { expect } from 'vitest';
import type { Run, RunNode } from '../../../contracts/run.ts';
import type { RunResult } from '../../../contracts/workflows.ts';
import type { Program } from './programs.ts';
import { type Expected, expectationOf } from './reference.ts';

/** Holds how a run ended, whole, against what the reference interpreter says of its program. */
export function expectEnd(program: Program, run: Run, result: RunResult, disturbed: boolean): void {
  const name = `program ${program.input.program}, run ${run.id}`;
  const { nodes, output, unhandled } = expectationOf(program);
  if (unhandled.length === 0) {
    expect([run.status, shown(run.nodes, disturbed)], name).toEqual([
      'answered',
      Object.fromEntries(Object.entries(nodes).map(([id, node]) => [id, whole(node, disturbed)])),
    ]);
    expect(result, name).toEqual({ outcome: 'answered', output, error: null });
    return;
  }
  // One of those that nothing handles failed it all; what was under way or had not begun is cancelled.
  expect([run.status, result.outcome], name).toEqual(['failed', 'failed']);
  const { node: failed = null, type = '' } = run.error ?? {};
  expect(unhandled, name).toContain(failed);
  expect(type, name).toBe(nodes[failed ?? '']?.error);
  for (const node of run.nodes) {
    const expected = nodes[node.id];
    if (node.id === failed) expect([node.status, node.error?.type], name).toEqual(['failed', type]);
    else if (node.status !== 'cancelled' && expected)
      expect(shown([node], disturbed), name).toEqual({ [node.id]: whole(expected, disturbed) });
  }
}

/** What is compared of each node, by id. */
function shown(nodes: readonly RunNode[], disturbed: boolean): Record<string, unknown> {
  return Object.fromEntries(
    nodes.map(({ attempts, error, id, items = null, output, status }) => [
      id,
      { status, output, error: error?.type ?? null, items, attempts: disturbed ? null : attempts },
    ]),
  );
}

function whole({ attempts, error, items, output, status }: Expected, disturbed: boolean): object {
  return { status, output, error, items: items ?? null, attempts: disturbed ? null : attempts };
}
