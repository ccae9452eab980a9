/**
 * Models: any number of OpenAI-compatible endpoints behind one door. An endpoint that is slow, broken or absent costs a
 * bounded time, then the next one is asked; what a model says is data of bounded size, and has the form that was asked for
 * or is refused. `prompts/` holds what Errand says to models; the demo model serves the same wire without any model.
 */
export type {
  AnswerForm,
  Completion,
  CompletionRequest,
  ModelGateway,
  StructuredCompletion,
  StructuredRequest,
} from './chat.ts';
export { type DemoModel, startDemoModel } from './demo-model.ts';
export {
  createModelGateway,
  type ModelGatewayOptions,
  type ModelLogger,
  type ModelMetrics,
} from './gateway.ts';
export type { ModelFetch } from './model-client.ts';
export { ModelError, type ModelErrorType } from './model-error.ts';
export * from './prompts/index.ts';
export { wireSchema } from './wire-schema.ts';
