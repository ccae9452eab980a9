import { readFileSync } from 'node:fs';
import { OpenAI } from 'openai';
import type { ModelConfig } from '../../contracts/config.ts';
import { durationMs } from '../../contracts/duration.ts';
import { modelPresets } from '../../contracts/model-preset.ts';

/** The client's request, and how long a connection to the endpoint may take to open, for a fetch that can keep it. */
export interface ModelRequestInit extends RequestInit {
  connectTimeoutMs: number;
  /** Certificates (PEM) of the authorities that are believed instead of the public ones. */
  ca?: string;
}

/** How endpoints are reached: `fetch` for addresses the operator configured. */
export type ModelFetch = (url: string, init: ModelRequestInit) => Promise<Response>;

const longestErrorBytes = 16_000;

/** Base URL of an endpoint. */
export function endpointOf({ endpoint, preset }: ModelConfig): string {
  const url = endpoint ?? (preset && modelPresets[preset].endpoint);
  if (url === undefined) throw new TypeError('a model has neither an endpoint nor a preset');
  return url;
}

/** An `openai` client for one endpoint: no retries of its own, nothing taken from the environment. */
export function modelClient(config: ModelConfig, fetch: ModelFetch): OpenAI {
  const apiKey = resolved(config.apiKey);
  const connectTimeoutMs = durationMs(config.timeouts.connect);
  const ca = config.caFile === undefined ? {} : { ca: readFileSync(config.caFile, 'utf8') };
  return new OpenAI({
    baseURL: endpointOf(config),
    apiKey: apiKey || 'none',
    adminAPIKey: null,
    organization: null,
    project: null,
    webhookSecret: null,
    maxRetries: 0,
    logLevel: 'off',
    defaultHeaders: {
      ...(apiKey === '' && { Authorization: null }),
      ...Object.fromEntries(Object.entries(config.headers).map(([name, value]) => [name, resolved(value)])),
    },
    fetch: async (url, init) => {
      const response = await fetch(String(url), { ...init, redirect: 'manual', connectTimeoutMs, ...ca });
      return response.ok || response.status < 400 ? response : readableError(response);
    },
  });
}

/** The values that must not appear in an error. */
export function secretsOf(config: ModelConfig): string[] {
  return [config.apiKey, ...Object.values(config.headers)].map(resolved).filter((value) => value.length >= 6);
}

function resolved(secret: ModelConfig['apiKey']): string {
  if (typeof secret === 'string') return secret;
  throw new TypeError('a secret of a model has not been resolved');
}

/** An error answer cut to a sensible size, in the one form the client reads: other servers have other envelopes. */
async function readableError(response: Response): Promise<Response> {
  const text = await beginningOf(response);
  const { status, headers } = response;
  return new Response(hasErrorField(text) ? text : JSON.stringify({ error: { message: text } }), {
    status,
    headers,
  });
}

function hasErrorField(text: string): boolean {
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === 'object' && body !== null && 'error' in body;
  } catch {
    return false;
  }
}

async function beginningOf(response: Response): Promise<string> {
  const reader = response.body?.getReader();
  if (!reader) return '';
  const decoder = new TextDecoder();
  let text = '';
  while (text.length < longestErrorBytes) {
    const { done, value } = await reader.read();
    if (done) return text;
    text += decoder.decode(value, { stream: true });
  }
  await reader.cancel();
  return text.slice(0, longestErrorBytes);
}
