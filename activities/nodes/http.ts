import type { NodeActivities } from '../../contracts/activities.ts';
import type { ErrorType } from '../../contracts/errors.ts';
import { flowLimits } from '../../contracts/flow-limits.ts';
import type { Json } from '../../contracts/json.ts';
import { EgressError, type EgressResponse } from '../../services/egress/index.ts';
import type { NodeDependencies } from './dependencies.ts';
import { createNodeActivity } from './node-activity.ts';
import { type HttpConfig, httpConfig } from './node-configs.ts';

/** A service answered with something other than 2xx, or could not be reached. */
class HttpFailure extends Error {
  readonly type: ErrorType = 'HttpStatus';
  readonly retryable: boolean;
  readonly retryAfterMs?: number;

  constructor(message: string, retryable: boolean, retryAfterMs?: number) {
    super(message);
    this.retryable = retryable;
    if (retryAfterMs !== undefined) this.retryAfterMs = retryAfterMs;
  }
}

/** A service answered with more than a node may keep. */
class AnswerTooLarge extends Error {
  readonly type: ErrorType = 'RunLimit';
}

/** Calls a web service through the guarded egress: `{status, headers, body}`. */
export function createHttpActivity(
  deps: Pick<NodeDependencies, 'egress' | 'logger'>,
): NodeActivities['http'] {
  return createNodeActivity<HttpConfig>(
    {
      kind: 'http',
      config: httpConfig,
      async work({ config, signal, timeoutMs }) {
        const response = await deps.egress
          .fetch(urlOf(config), {
            method: config.method,
            ...bodyOf(config),
            timeoutMs,
            maxBytes: flowLimits.nodeOutputBytes,
            signal,
          })
          .catch((error: unknown) => {
            throw egressFailure(error);
          });
        const { status, headers } = response;
        if (status < 200 || status > 299) throw statusFailure(response);
        return { output: { status, headers, body: parsedBody(response) } };
      },
    },
    deps.logger,
  );
}

function urlOf({ url, query }: HttpConfig): string {
  const pairs = Object.entries(query).map(([name, value]): [string, string] => [name, String(value)]);
  if (pairs.length === 0 || !URL.canParse(url)) return url;
  const full = new URL(url);
  for (const [name, value] of pairs) full.searchParams.append(name, value);
  return full.href;
}

/** Text goes as it is, everything else as JSON, with the type of content unless the author says another. */
function bodyOf({ method, headers, body }: HttpConfig): { headers: Record<string, string>; body?: string } {
  if (body === undefined || body === null || method === 'GET' || method === 'HEAD') return { headers };
  const isText = typeof body === 'string';
  const named = Object.keys(headers).some((name) => name.toLowerCase() === 'content-type');
  const contentType = isText ? 'text/plain; charset=utf-8' : 'application/json';
  return {
    headers: named ? headers : { ...headers, 'content-type': contentType },
    body: isText ? body : JSON.stringify(body),
  };
}

function parsedBody({ headers, body }: EgressResponse): Json {
  const text = new TextDecoder().decode(body);
  if (!/[/+]json\b/i.test(headers['content-type'] ?? '')) return text;
  try {
    const value: Json = JSON.parse(text);
    return value;
  } catch {
    return text;
  }
}

/** 408, 429 and 5xx may pass; the rest stays as it is. */
function statusFailure({ status, headers, url }: EgressResponse): HttpFailure {
  const passing = status === 408 || status === 429 || status >= 500;
  const seconds = Number(headers['retry-after'] ?? Number.NaN);
  return new HttpFailure(
    `${new URL(url).host} answered ${status}`,
    passing,
    passing && seconds >= 0 ? seconds * 1_000 : undefined,
  );
}

/** `EgressRefused` and `Timeout` are types of contracts and stay. */
function egressFailure(error: unknown): unknown {
  if (!(error instanceof EgressError)) return error;
  if (error.type === 'Unreachable') return new HttpFailure(error.message, true);
  return error.type === 'TooLarge' ? new AnswerTooLarge(error.message) : error;
}
