import { CancellationScope, isCancellation, setCurrentDetails } from '@temporalio/workflow';
import type { BatchOutput, ExecuteCommand } from '../contracts/flow-state.ts';
import type { BatchInput } from '../contracts/workflows.ts';
import { ApprovalDesk } from './approval-desk.ts';
import { failedBy } from './failure.ts';
import { Mailbox } from './mailbox.ts';
import { type NodeContext, perform } from './nodes/index.ts';
import { contextOf } from './telling.ts';

/**
 * Items of a large fan-out, some at a time. Always ends with how those ended that it began, also when it is cancelled:
 * what to make of it is the engine's affair.
 */
export async function batch(input: BatchInput): Promise<BatchOutput> {
  const { concurrency, items, stopsAtFailure } = input.batch;
  const context = contextFor(input);
  const window = new CancellationScope();
  const waiting = [...items];
  const ended: BatchOutput['items'] = [];

  const carryOut = async (item: (typeof items)[number]): Promise<void> => {
    try {
      const { attempts, output, usage } = await perform(commandOf(input, item), context);
      ended.push({ index: item.index, attempts, output, ...(usage ? { usage } : {}) });
    } catch (thrown) {
      if (isCancellation(thrown)) return;
      const { attempts, error, usage } = failedBy(thrown, context.run.language);
      ended.push({ index: item.index, attempts, error, ...(usage ? { usage } : {}) });
      if (stopsAtFailure) window.cancel();
    }
    setCurrentDetails(`${ended.length} of ${items.length} done`);
  };

  const workOff = async (): Promise<void> => {
    for (let item = waiting.shift(); item && !window.consideredCancelled; item = waiting.shift())
      await carryOut(item);
  };

  await window.run(() => Promise.all(Array.from({ length: Math.min(concurrency, items.length) }, workOff)));
  return { items: ended };
}

function commandOf(
  { kind, node, retry, timeoutMs }: BatchInput,
  { config, index }: BatchInput['batch']['items'][number],
): ExecuteCommand {
  const task = `${node}[${index}]`;
  return {
    ...{ type: 'execute', task, node, item: index, kind, config, timeoutMs, retry },
    startedAt: Date.now(),
  };
}

function contextFor({ deadline, depth, dry, input, origin, plan, runId }: BatchInput): NodeContext {
  return {
    plan,
    run: contextOf(runId, plan.flow, origin),
    text: input.text ?? '',
    dry,
    own: {
      origin,
      depth,
      deadline,
      mailbox: new Mailbox(),
      approvals: new ApprovalDesk(),
      input: () => input,
      isParked: () => false,
    },
    deliver: () => Promise.reject(new Error('an item of a fan-out says nothing by itself')),
  };
}
