import type { Problem } from '../contracts/index.ts';

const problems = {
  'bad-request': { status: 400, title: 'Bad request' },
  'signature-invalid': { status: 401, title: 'The signature is not valid' },
  unauthorized: { status: 401, title: 'Sign-in needed' },
  forbidden: { status: 403, title: 'Not allowed' },
  'not-found': { status: 404, title: 'Not found' },
  'method-not-allowed': { status: 405, title: 'Method not allowed' },
  timeout: { status: 408, title: 'The request took too long' },
  conflict: { status: 409, title: 'Conflict' },
  'precondition-failed': { status: 412, title: 'Changed by someone else' },
  'too-large': { status: 413, title: 'Too large' },
  'unsupported-media-type': { status: 415, title: 'Unsupported media type' },
  'input-invalid': { status: 422, title: 'The input does not fit' },
  'resume-refused': { status: 422, title: 'The run cannot go on like this' },
  'flow-invalid': { status: 422, title: 'The flow is not valid' },
  'too-many-requests': { status: 429, title: 'Too many requests' },
  internal: { status: 500, title: 'Something went wrong inside' },
  'bad-gateway': { status: 502, title: 'The service behind this address does not answer' },
  unavailable: { status: 503, title: 'Not available right now' },
} as const;
/** Not what a bare status stands for. */
const particular: ReadonlySet<string> = new Set(['signature-invalid', 'input-invalid', 'resume-refused']);
export type ProblemName = keyof typeof problems;

/** Of every answer that is data: never cached, never sniffed, never framed. */
export const dataHeaders = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
} as const;

export interface ProblemOptions {
  /** For the caller to read; holds nothing secret. */
  detail?: string;
  headers?: Record<string, string>;
  /** Extension members of RFC 9457. */
  members?: Record<string, unknown>;
}

/** Thrown by a handler to end its request with a problem document. */
export class ProblemError extends Error {
  readonly problem: ProblemName;
  readonly options: ProblemOptions;

  constructor(problem: ProblemName, options: ProblemOptions = {}) {
    super(options.detail ?? problems[problem].title);
    this.name = 'ProblemError';
    this.problem = problem;
    this.options = options;
  }
}

/** An `application/problem+json` answer (RFC 9457) with a stable `type`. */
export function problemResponse(name: ProblemName, options: ProblemOptions = {}): Response {
  const { status, title } = problems[name];
  const body: Problem = {
    type: `https://errand.dev/problems/${name}`,
    title,
    status,
    ...(options.detail === undefined ? {} : { detail: options.detail }),
    ...options.members,
  };
  return new Response(JSON.stringify(body), {
    status,
    headers: { ...dataHeaders, 'content-type': 'application/problem+json', ...options.headers },
  });
}

/** The problem that stands for an HTTP status; `internal` for one without a name of its own. */
export function problemOfStatus(status: number): ProblemName {
  const general = Object.entries(problems).filter(([name]) => !particular.has(name));
  for (const [name, entry] of general) {
    if (entry.status === status) return name as ProblemName;
  }
  return status < 500 ? 'bad-request' : 'internal';
}
