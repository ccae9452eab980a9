import { existsSync } from 'node:fs';
import { Worker as Thread } from 'node:worker_threads';
import { type Logger, Worker } from '@temporalio/worker';
import type { CompiledWorkerOptions } from '@temporalio/worker/lib/worker-options.js';
import type { Workflow, WorkflowCreateOptions } from '@temporalio/worker/lib/workflow/interface.js';
import {
  ThreadedVMWorkflowCreator,
  WorkerThreadClient,
} from '@temporalio/worker/lib/workflow/threaded-vm.js';
import type { WorkflowBundleWithSourceMapAndFilename } from '@temporalio/worker/lib/workflow/workflow-worker-thread/input.js';
import { ThreadWatch } from './thread-watch.ts';

/** Next to the compiled code; under tests, which run from the sources, in the build that precedes them. */
const besides = new URL('./workflow-thread.js', import.meta.url);
const threadUrl = existsSync(besides)
  ? besides
  : new URL('../dist/workers/workflow-thread.js', import.meta.url);

/**
 * Of the thread's heap, MB; a fifth of it is used. Where V8 may take several gigabytes it lets garbage grow to three times what
 * is alive before it collects any.
 */
const oldGenerationMb = 1_024;

/** Temporal's worker, with workflows in our thread (`workflow-thread.ts`) and that thread under watch. */
export class LeanWorker extends Worker {
  protected static override async createWorkflowCreator(
    workflowBundle: WorkflowBundleWithSourceMapAndFilename,
    { activities, isolateExecutionTimeoutMs }: CompiledWorkerOptions,
    logger: Logger,
  ): Promise<ThreadedVMWorkflowCreator> {
    const thread = new Thread(threadUrl, {
      resourceLimits: { maxOldGenerationSizeMb: oldGenerationMb },
    });
    const watch = new ThreadWatch(() => {
      logger.error('a workflow does not come to a pause: the thread of workflows is ended');
      void thread.terminate();
    });
    thread.once('exit', () => watch.end());
    const client = new WorkerThreadClient(thread, logger);
    await client.send({
      type: 'init',
      workflowBundle,
      isolateExecutionTimeoutMs,
      reuseV8Context: true,
      registeredActivityNames: new Set(activities.keys()),
      hasPatchActivationCallback: false,
    });
    return new LeanCreator(client, watch);
  }
}

class LeanCreator extends ThreadedVMWorkflowCreator {
  readonly #watch: ThreadWatch;

  constructor(client: WorkerThreadClient, watch: ThreadWatch) {
    super([client]);
    this.#watch = watch;
  }

  override async createWorkflow(options: WorkflowCreateOptions): Promise<Workflow> {
    const watch = this.#watch;
    const workflow = await watch.over(super.createWorkflow(options));
    let logged = true;
    return {
      async activate(activation) {
        const completion = await watch.over(workflow.activate(activation));
        logged = !('logged' in completion) || completion.logged !== 0;
        return completion;
      },
      getAndResetSinkCalls: async () => (logged ? workflow.getAndResetSinkCalls() : []),
      dispose: () => workflow.dispose(),
    };
  }
}
