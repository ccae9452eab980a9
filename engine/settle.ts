import type { NodeError } from '../contracts/errors.ts';
import { ExpressionFailure } from './expression.ts';
import { nodeErrorOf } from './failures.ts';
import { startFanOut } from './fan-out.ts';
import { nodeCommand } from './issue.ts';
import { entersPart, isWanted } from './part.ts';
import { takePreset } from './preset.ts';
import type { ProgramEdge, ProgramNode } from './program.ts';
import { readiness } from './readiness.ts';
import { scopeOf } from './scope.ts';
import { hasEnded, type Outcome, type Transition } from './transition.ts';

/** A node, and how it ended. */
export interface Settled {
  node: ProgramNode;
  outcome: Outcome;
}

/** Ends these nodes, and goes on from them as far as it leads without new events. */
export function settle(step: Transition, ...settled: Settled[]): void {
  for (const { node, outcome } of settled) {
    if (!step.running) return;
    conclude(step, node, outcome);
    if (!step.running) return;
    for (const { plan } of node.outgoing) {
      const target = step.program.nodes.get(plan.to);
      const next = target && arrive(step, target);
      // The loop goes on to what is appended while it runs.
      if (target && next) settled.push({ node: target, outcome: next });
    }
  }
  if (step.running && !step.underWay) step.end('succeeded');
}

/** Starts a node whose time has come, or skips it. Gives its outcome when it has one at once. */
function arrive(step: Transition, node: ProgramNode): Outcome | undefined {
  if (step.node(node.plan.id).status !== 'pending') return undefined;
  switch (readiness(step, node)) {
    case 'open':
      return undefined;
    case 'begins':
      return start(step, node);
    case 'skipped':
      return { type: 'skipped' };
    case 'tooFew':
      step.setNode(node.plan.id, { startedAt: step.at });
      return {
        type: 'failed',
        error: step.error('QuorumNotReached', `fewer than ${node.quorum} of the edges to it can fire`),
      };
  }
}

function start(step: Transition, node: ProgramNode): Outcome | undefined {
  const { id } = node.plan;
  const unseen = node.references.filter((other) => !hasEnded(step.node(other)));
  step.setNode(id, { status: 'running', startedAt: step.at, ...(unseen.length > 0 && { unseen }) });
  const given = takePreset(step, node);
  if (given) return given;
  try {
    if (node.fanOut) return startFanOut(step, node);
    step.issue(nodeCommand(node, step, step.at, step.meter));
    return undefined;
  } catch (error) {
    return { type: 'failed', error: nodeErrorOf(error, step.language) };
  }
}

/** Writes down how a node ended and decides its outgoing edges. */
function conclude(step: Transition, node: ProgramNode, outcome: Outcome): void {
  switch (outcome.type) {
    case 'skipped':
      step.setNode(node.plan.id, { status: 'skipped' });
      decide(step, node, () => false);
      return;
    case 'failed':
      fail(step, node, outcome.error);
      return;
    case 'succeeded':
      try {
        succeed(step, node, outcome);
      } catch (error) {
        fail(step, node, nodeErrorOf(error, step.language));
      }
  }
}

/** Throws when the output is too large or a condition fails; the edges are decided only when all conditions hold up. */
function succeed(
  step: Transition,
  node: ProgramNode,
  { output, port }: Outcome & { type: 'succeeded' },
): void {
  step.admit(output);
  step.setNode(node.plan.id, {
    status: 'succeeded',
    finishedAt: step.at,
    output,
    ...(port !== undefined && { port }),
  });
  const fired = new Set(
    node.outgoing.filter(
      (edge) =>
        entersPart(step.state, edge) ||
        ((edge.plan.on === 'success' || edge.plan.on === port) && holds(step, edge)),
    ),
  );
  decide(step, node, (edge) => fired.has(edge));
}

/**
 * A failure goes where the node's `onError` says. A condition that fails while a failure is being handled does not
 * fail the node again: under `continue` and `fallback` its edge is dead, under `branch` nothing has handled the error.
 */
function fail(step: Transition, node: ProgramNode, error: NodeError): void {
  const { id, onError } = node.plan;
  const finishedAt = step.at;
  const { output: _, port: __, ...before } = step.node(id);
  step.replaceNode(id, { ...before, status: 'failed', finishedAt, error });
  switch (onError.action) {
    case 'fail':
      step.end('failed', { ...error, node: id });
      return;
    case 'fallback':
      step.setNode(id, { status: 'succeeded', output: onError.value ?? null });
      decide(step, node, (edge) => edge.plan.on === 'success' && holdsSafely(step, edge));
      return;
    case 'continue':
      decide(step, node, (edge) => edge.plan.on === 'success' && holdsSafely(step, edge));
      return;
    case 'branch': {
      const handling = node.outgoing.filter((edge) => edge.plan.on === 'error' && holdsSafely(step, edge));
      decide(step, node, (edge) => handling.includes(edge));
      if (handling.length === 0) step.end('failed', { ...error, node: id });
    }
  }
}

/** Edges out of the part of a flow that is done are dead. */
function decide(step: Transition, node: ProgramNode, fires: (edge: ProgramEdge) => boolean): void {
  for (const edge of node.outgoing)
    step.setEdge(edge, isWanted(step.state, edge.plan.to) && (entersPart(step.state, edge) || fires(edge)));
}

function holds(step: Transition, { when }: ProgramEdge): boolean {
  return !when || when(scopeOf(step), step.meter);
}

function holdsSafely(step: Transition, edge: ProgramEdge): boolean {
  try {
    return holds(step, edge);
  } catch (error) {
    if (error instanceof ExpressionFailure) return false;
    throw error;
  }
}
