import { z } from '@hono/zod-openapi';
import { problem } from '../named-schemas.ts';

/** A response or request body of JSON. */
export function jsonBody<Schema extends z.ZodType>(schema: Schema, description: string) {
  return { description, content: { 'application/json': { schema } } };
}

/** A request body of JSON that has to be there. */
export function requiredJson<Schema extends z.ZodType>(schema: Schema) {
  return { required: true, content: { 'application/json': { schema } } };
}

const problemBody = (description: string) => ({
  description,
  content: { 'application/problem+json': { schema: problem } },
});

/** What any authenticated route may answer besides. */
export const commonProblems = {
  400: problemBody('The request is not what is described here.'),
  401: problemBody('No valid token or session.'),
  503: problemBody('Temporal or the store does not answer; try again.'),
};
export const notFoundProblem = { 404: problemBody('There is no such thing.') };
export const conflictProblem = { 409: problemBody('It is not in a state for that.') };
export const staleProblem = { 412: problemBody('`If-Match` names a version that is not the current one.') };
export const flowInvalidProblem = { 422: problemBody('The flow is not valid; `errors` says why.') };
export const forbiddenProblem = { 403: problemBody('It is not yours to do.') };
export const resumeRefusedProblem = {
  422: problemBody(
    'The flow, or this version of it, does not go with what is asked; `nodes` says which are lacking.',
  ),
};
export const tooManyProblem = { 429: problemBody('Too many; `Retry-After` says how long to wait.') };

/** The header of what answers with a draft, or a document of settings. */
export const etagHeader = {
  ETag: { description: 'Of this state, for `If-Match`.', schema: { type: 'string' as const } },
};
export const ifMatchHeader = z.object({ 'if-match': z.string().max(300).optional() });
