import { HTTPException } from 'hono/http-exception';
import { ResumeRefused } from '../engine/index.ts';
import { FlowConflict, FlowExists, FlowInvalid, FlowNotFound } from '../services/flows/index.ts';
import { ObjectStoreUnavailable } from '../services/objects/index.ts';
import {
  InvalidCursor,
  KeptRunDamaged,
  RecordsUnavailable,
  RunIndexUnavailable,
  RunQueryTimeout,
} from '../services/records/index.ts';
import { AlreadyResumed } from '../services/runs/index.ts';
import type { Logger } from '../services/telemetry/index.ts';
import type { ApiContext } from './context.ts';
import { ProblemError, problemOfStatus, problemResponse } from './problems.ts';
import { isTemporalUnavailable } from './temporal-reader.ts';

/** Turns whatever a handler threw into a problem document. What is not the caller's fault is logged, and not told. */
export function errorHandler(logger: Logger) {
  return (error: Error, c: ApiContext): Response => {
    const known = asProblem(error);
    if (known) return problemResponse(known.problem, known.options);
    const traceId = c.get('traceId');
    if (isUnavailable(error)) {
      logger.warn({ err: error, traceId }, 'a request could not be answered for now');
      return problemResponse('unavailable', { headers: { 'retry-after': '2' } });
    }
    logger.error({ err: error, traceId }, 'a request failed');
    return problemResponse('internal');
  };
}

/** What the caller did wrong, if it was the caller. */
function asProblem(error: Error): ProblemError | null {
  const detail = error.message;
  if (error instanceof ProblemError) return error;
  if (error instanceof HTTPException) return new ProblemError(problemOfStatus(error.status), { detail });
  if (error instanceof InvalidCursor) return new ProblemError('bad-request', { detail: `cursor: ${detail}` });
  if (error instanceof FlowNotFound) return new ProblemError('not-found', { detail });
  if (error instanceof FlowExists) return new ProblemError('conflict', { detail });
  if (error instanceof FlowConflict) return new ProblemError('precondition-failed', { detail });
  if (error instanceof AlreadyResumed || error instanceof KeptRunDamaged) {
    return new ProblemError('conflict', { detail });
  }
  if (error instanceof ResumeRefused) {
    const { code, nodes } = error;
    return new ProblemError('resume-refused', { detail, members: { code, nodes } });
  }
  if (error instanceof FlowInvalid) {
    return new ProblemError('flow-invalid', { detail, members: { errors: error.problems } });
  }
  return null;
}

/** Whether another try may help. */
function isUnavailable(error: Error): boolean {
  const kinds = [ObjectStoreUnavailable, RecordsUnavailable, RunIndexUnavailable, RunQueryTimeout];
  return isTemporalUnavailable(error) || kinds.some((kind) => error instanceof kind);
}

/** The hook of every validated route: 400 with what is wrong, by field. */
export function refuseInvalid(
  result: { success: true } | { success: false; error: { issues: readonly Issue[] } },
): void {
  if (result.success) return;
  const detail = result.error.issues
    .slice(0, 10)
    .map(({ path, message }) => `${path.map(String).join('.') || 'body'}: ${message}`)
    .join('; ');
  throw new ProblemError('bad-request', { detail });
}

interface Issue {
  path: PropertyKey[];
  message: string;
}
