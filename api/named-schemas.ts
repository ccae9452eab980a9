import { z } from '@hono/zod-openapi';
import * as contracts from '../contracts/index.ts';

/* The contracts' schemas under the names that the OpenAPI document refers to them by. */

// Part of others, and recursive: without a name it could not be written out.
named('Json', contracts.json);
export const problem = named('Problem', contracts.problem);
export const run = named('Run', contracts.run);
export const resumeRun = named('ResumeRun', contracts.resumeRun);
export const resumeRuns = named('ResumeRuns', contracts.resumeRuns);
export const resumedRuns = named('ResumedRuns', contracts.resumedRuns);
export const runErrorGroup = named('RunErrorGroup', contracts.runErrorGroup);
export const approval = named('Approval', contracts.approval);
export const deadLetter = named('DeadLetter', contracts.deadLetter);
export const pendingPairing = named('PendingPairing', contracts.pendingPairing);
export const thread = named('Thread', contracts.thread);
export const flowHook = named('FlowHook', contracts.flowHook);
export const channelStatus = named('ChannelStatus', contracts.channelStatus);
export const testChannel = named('TestChannel', contracts.testChannel);
export const channelTest = named('ChannelTest', contracts.channelTest);
export const modelStatus = named('ModelStatus', contracts.modelStatus);
export const modelTest = named('ModelTest', contracts.modelTest);
export const flowBindings = named('FlowBindings', contracts.flowBindings);
export const endedRun = named('EndedRun', contracts.endedRun);
export const runPage = named('RunPage', contracts.runPage);
export const ledger = named('Ledger', contracts.ledger);
export const flowDiff = named('FlowDiff', contracts.flowDiff);
export const flowDocument = named('FlowDocument', contracts.flowDocument);
export const flowProblem = named('FlowProblem', contracts.flowProblem);
export const flowVersion = named('FlowVersion', contracts.flowVersion);
export const startRun = named('StartRun', contracts.startRun);
export const testNode = named('TestNode', contracts.testNode);
export const startedRun = named('StartedRun', contracts.startedRun);
export const webhookMessage = named('WebhookMessage', contracts.webhookMessage);
export const webhookAccepted = named('WebhookAccepted', contracts.webhookAccepted);

/** Schemas made before the extension was loaded lack the method; their prototype has it. */
function named<Schema extends z.ZodType>(name: string, schema: Schema): Schema {
  return z.ZodType.prototype.openapi.call(schema, name);
}
