import {
  ChildWorkflowCancellationType,
  executeChild,
  ParentClosePolicy,
  patched,
} from '@temporalio/workflow';
import type { Batch, BatchOutput, ExecuteCommand } from '../../contracts/flow-state.ts';
import { type BatchInput, workflowTypes } from '../../contracts/workflows.ts';
import { ownRunOf } from '../own-run.ts';
import { runAttributes } from '../search-attributes.ts';
import type { NodeContext, NodeSuccess } from './node.ts';

/** Has a part of a large fan-out done by a workflow of its own, whose history is not this one's. Ends with a `BatchOutput`. */
export async function runBatch(
  command: ExecuteCommand,
  batch: Batch,
  context: NodeContext,
): Promise<NodeSuccess> {
  const own = ownRunOf(context);
  const { dry = false, plan, run } = context;
  const { kind, node, retry, task, timeoutMs } = command;
  const input: BatchInput = {
    runId: run.runId,
    origin: own.origin,
    plan: { ...plan, nodes: plan.nodes.filter(({ id }) => id === node), edges: [] },
    input: own.input(),
    ...{ node, task, kind, batch, timeoutMs, retry, dry },
    deadline: own.deadline,
    depth: own.depth,
  };
  const output = await executeChild<(input: BatchInput) => Promise<BatchOutput>>(workflowTypes.batch, {
    workflowId: `batch:${run.runId}:${task}`,
    args: [input],
    parentClosePolicy: ParentClosePolicy.REQUEST_CANCEL,
    // It ends at once when it is cancelled, with what its items had come to.
    cancellationType: patched('late-batch')
      ? ChildWorkflowCancellationType.WAIT_CANCELLATION_COMPLETED
      : ChildWorkflowCancellationType.TRY_CANCEL,
    typedSearchAttributes: runAttributes({ origin: own.origin, flow: plan.flow }),
    staticSummary: `${task} of flow ${plan.flow.id}`,
  });
  return { output: { ...output }, attempts: 1 };
}
