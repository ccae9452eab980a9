import { randomUUID } from 'node:crypto';
import type { ChatMessage } from '../../contracts/chat.ts';
import type { ModelConfig } from '../../contracts/config.ts';
import type { Usage } from '../../contracts/usage.ts';
import type {
  AnswerForm,
  Completion,
  CompletionRequest,
  ModelGateway,
  StructuredCompletion,
  StructuredRequest,
} from './chat.ts';
import { Endpoint } from './endpoint.ts';
import { type Answered, askInOrder, type FailoverObserver } from './failover.ts';
import { type ModelFetch, secretsOf } from './model-client.ts';
import { ModelError } from './model-error.ts';
import { readForm } from './read-form.ts';
import { repairMessages } from './repair.ts';
import { watchEndpoints } from './watch.ts';
import type { WireRequest } from './wire-params.ts';
import { wireSchemaOf } from './wire-schema.ts';

/** The part of a pino logger that is used here. */
export interface ModelLogger {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

/** The instruments of services/telemetry that are used here. */
export interface ModelMetrics {
  modelSeconds: { observe(labels: { model: string; result: string }, seconds: number): void };
  modelFirstTokenSeconds: { observe(labels: { model: string }, seconds: number): void };
  modelTokens: { inc(labels: { model: string; kind: 'prompt' | 'completion' }, tokens: number): void };
  modelCost: { inc(labels: { model: string; currency: string }, amount: number): void };
}

export interface ModelGatewayOptions {
  /** In order of preference. */
  models: readonly ModelConfig[];
  fetch: ModelFetch;
  logger: ModelLogger;
  metrics: ModelMetrics;
}

/**
 * Models behind one door: deadlines, failover, circuit breakers and limits are kept per endpoint for as long as the
 * gateway lives, so one gateway serves a process.
 */
export function createModelGateway({ models, fetch, logger, metrics }: ModelGatewayOptions): ModelGateway {
  const secrets = models.flatMap(secretsOf);
  const endpoints = models.map((config) => new Endpoint(config, { fetch, secrets }));
  let stopWatching: (() => void) | undefined;

  function ask(request: CompletionRequest, wire: WireRequest, usage: Usage): Promise<Answered> {
    const { callId = randomUUID(), trace, signal } = request;
    const fields = { ...trace, callId };
    const observer: FailoverObserver = {
      answered({ model, ms, firstTokenMs, tokens, cost = {} }) {
        metrics.modelSeconds.observe({ model, result: 'ok' }, ms / 1_000);
        metrics.modelFirstTokenSeconds.observe({ model }, firstTokenMs / 1_000);
        metrics.modelTokens.inc({ model, kind: 'prompt' }, tokens.prompt);
        metrics.modelTokens.inc({ model, kind: 'completion' }, tokens.completion);
        for (const [currency, amount] of Object.entries(cost))
          metrics.modelCost.inc({ model, currency }, amount);
        const took = { ms: Math.round(ms), firstTokenMs: Math.round(firstTokenMs) };
        logger.info({ ...fields, model, ...took, tokens, cost }, 'model call');
      },
      failed(model, ms, { kind, message }) {
        metrics.modelSeconds.observe({ model, result: kind }, ms / 1_000);
        if (kind !== 'skipped') logger.warn({ ...fields, model, kind, reason: message }, 'model call failed');
      },
    };
    return askInOrder(inOrder(request.model), wire, signal, usage, observer);
  }

  /** The one that is asked for, then the others in order of preference. */
  function inOrder(first: string | undefined): readonly Endpoint[] {
    const chosen = endpoints.find(({ id }) => id === first);
    return chosen ? [chosen, ...endpoints.filter((endpoint) => endpoint !== chosen)] : endpoints;
  }

  async function structured<T extends object>(
    request: StructuredRequest<T>,
    form: AnswerForm<T>,
  ): Promise<StructuredCompletion<T>> {
    const usage = noUsage();
    const wire = wireRequest(request, request.messages, {
      name: form.name,
      jsonSchema: form.jsonSchema ?? wireSchemaOf(form.schema),
    });
    const first = await ask(request, wire, usage);
    const read = readForm(first.text, form);
    if ('value' in read) return { ...completionOf(first, usage), json: read.value };
    const messages = repairMessages(request.messages, first.text, read.problem, request.language);
    const second = await ask(request, { ...wire, messages }, usage);
    const again = readForm(second.text, form);
    if ('value' in again) return { ...completionOf(second, usage), json: again.value };
    throw new ModelError('ModelOutputInvalid', `${second.model}: ${again.problem}`, usage);
  }

  function complete<T extends object>(request: StructuredRequest<T>): Promise<StructuredCompletion<T>>;
  function complete(request: CompletionRequest): Promise<Completion>;
  async function complete<T extends object>(
    request: CompletionRequest | StructuredRequest<T>,
  ): Promise<Completion | StructuredCompletion<T>> {
    if ('schema' in request) return structured(request, request.schema);
    const usage = noUsage();
    return completionOf(await ask(request, wireRequest(request, request.messages), usage), usage);
  }

  return {
    complete,
    contextTokens: Math.min(...endpoints.map(({ contextTokens }) => contextTokens)),
    status: () => endpoints.map((endpoint) => endpoint.status()),
    test: async (id) => endpoints.find((endpoint) => endpoint.id === id)?.check(),
    watch() {
      stopWatching ??= watchEndpoints(endpoints);
    },
    close: () => stopWatching?.(),
  };
}

function noUsage(): Usage {
  return { calls: 0, promptTokens: 0, completionTokens: 0 };
}

function completionOf({ text, toolCalls, reasoning, model }: Answered, usage: Usage): Completion {
  return { text, toolCalls, ...(reasoning !== undefined && { reasoning }), model, usage };
}

function wireRequest(
  { language, temperature, maxTokens, tools }: CompletionRequest,
  messages: ChatMessage[],
  form?: WireRequest['form'],
): WireRequest {
  return {
    messages,
    language,
    ...(tools && { tools }),
    ...(temperature !== undefined && { temperature }),
    ...(maxTokens !== undefined && { maxTokens }),
    ...(form && { form }),
  };
}
