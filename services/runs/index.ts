/**
 * Runs with a workflow of their own, as they are asked for from outside a conversation: how they are named, started, and
 * made of an old run by going on from it. The API and chat's `/retry` both come here. The engine's part is handed in.
 */
export { type FoundApproval, findApproval, pendingApprovals, runsWithApprovals } from './approvals.ts';
export { AlreadyResumed, RunNotKept } from './errors.ts';
export { type ResumeDependencies, type ResumeRequest, type Resumption, resumeRun } from './resume.ts';
export { hookRunId, messageRunId, randomRunId } from './run-ids.ts';
export { startRun } from './start.ts';
export { runResult } from './wait.ts';
