/**
 * The thread that workflows run in: Temporal's own, without what cost it half of its time.
 *
 * - For each of the several calls of a task into the sandbox Node starts a thread of the system that ends the call
 *   after five seconds (64 µs of CPU, 130 µs until it is there). Where one has to, Node 20 ends as a whole. Instead the
 *   worker watches this thread from outside.
 * - A stack is noted for each promise that a workflow makes, which nobody reads.
 * - After each task the worker asks for what the workflow logged; here an answer says whether there is anything to ask for.
 */
import vm from 'node:vm';
import { BaseVMWorkflow, globalHandlers } from '@temporalio/worker/lib/workflow/vm-shared.js';
import type { SinkCall } from '@temporalio/workflow';

globalHandlers.installed = true;

const { runInContext } = vm.Script.prototype;
vm.Script.prototype.runInContext = function runUnwatched(context, options) {
  return runInContext.call(this, context, { ...options, timeout: undefined });
};

const { activate, getAndResetSinkCalls } = BaseVMWorkflow.prototype;
const logged = new WeakMap<BaseVMWorkflow, SinkCall[]>();

BaseVMWorkflow.prototype.activate = async function activateAndCount(activation) {
  const completion = await activate.call(this, activation);
  const calls = await getAndResetSinkCalls.call(this);
  if (calls.length > 0) logged.set(this, calls);
  return Object.assign(completion, { logged: calls.length });
};

BaseVMWorkflow.prototype.getAndResetSinkCalls = async function takeLogged() {
  const calls = logged.get(this) ?? [];
  logged.delete(this);
  return calls;
};

// Last: it begins to listen.
await import('@temporalio/worker/lib/workflow/workflow-worker-thread.js');
