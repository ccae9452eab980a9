import type { ModelConfig } from '../../contracts/config.ts';
import type { Usage } from '../../contracts/usage.ts';
import type {
  AnswerForm,
  ChatMessage,
  Completion,
  CompletionRequest,
  ModelGateway,
  StructuredCompletion,
  StructuredRequest,
} from './chat.ts';
import { Endpoint } from './endpoint.ts';
import { askInOrder, type FailoverObserver } from './failover.ts';
import { type ModelFetch, secretsOf } from './model-client.ts';
import { ModelError } from './model-error.ts';
import { readForm } from './read-form.ts';
import { repairMessages } from './repair.ts';
import type { WireRequest } from './wire-params.ts';
import { wireSchemaOf } from './wire-schema.ts';

/** The part of a pino logger that is used here. */
export interface ModelLogger {
  warn(fields: object, message: string): void;
}

/** The instruments of services/telemetry that are used here. */
export interface ModelMetrics {
  modelSeconds: { observe(labels: { model: string; result: string }, seconds: number): void };
  modelTokens: { inc(labels: { model: string; kind: 'prompt' | 'completion' }, tokens: number): void };
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

  function ask(request: CompletionRequest, wire: WireRequest, usage: Usage) {
    const observer: FailoverObserver = {
      answered(model, seconds, tokens) {
        metrics.modelSeconds.observe({ model, result: 'ok' }, seconds);
        metrics.modelTokens.inc({ model, kind: 'prompt' }, tokens.prompt);
        metrics.modelTokens.inc({ model, kind: 'completion' }, tokens.completion);
      },
      failed(model, seconds, { kind, message }) {
        metrics.modelSeconds.observe({ model, result: kind }, seconds);
        if (kind !== 'skipped')
          logger.warn({ ...request.trace, model, kind, reason: message }, 'model call failed');
      },
    };
    return askInOrder(endpoints, wire, request.signal, usage, observer);
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
    if ('value' in read) return { ...first, json: read.value, usage };
    const messages = repairMessages(request.messages, first.text, read.problem, request.language);
    const second = await ask(request, { ...wire, messages }, usage);
    const again = readForm(second.text, form);
    if ('value' in again) return { ...second, json: again.value, usage };
    throw new ModelError('ModelOutputInvalid', `${second.model}: ${again.problem}`, usage);
  }

  function complete<T extends object>(request: StructuredRequest<T>): Promise<StructuredCompletion<T>>;
  function complete(request: CompletionRequest): Promise<Completion>;
  async function complete<T extends object>(
    request: CompletionRequest | StructuredRequest<T>,
  ): Promise<Completion | StructuredCompletion<T>> {
    if ('schema' in request) return structured(request, request.schema);
    const usage = noUsage();
    return { ...(await ask(request, wireRequest(request, request.messages), usage)), usage };
  }

  return { complete, contextTokens: Math.min(...endpoints.map(({ contextTokens }) => contextTokens)) };
}

function noUsage(): Usage {
  return { calls: 0, promptTokens: 0, completionTokens: 0 };
}

function wireRequest(
  { language, temperature, maxTokens }: CompletionRequest,
  messages: ChatMessage[],
  form?: WireRequest['form'],
): WireRequest {
  return {
    messages,
    language,
    ...(temperature !== undefined && { temperature }),
    ...(maxTokens !== undefined && { maxTokens }),
    ...(form && { form }),
  };
}
