/**
 * The HTTP surface: webhooks in, the console API, health, metrics, its own description and a few pages. Thin: it checks who
 * asks and what they say, hands orders to Temporal, and reads what Temporal and the stores hold. It carries nothing out.
 */
export { createApi } from './app.ts';
export type { ApiDependencies } from './dependencies.ts';
export { type RunningServer, type ServeOptions, serve } from './server.ts';
