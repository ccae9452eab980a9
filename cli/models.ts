import { type ModelConfig, modelConfig } from '../contracts/config.ts';
import { createModelGateway, type ModelGateway, startDemoModel } from '../services/models/index.ts';
import { addModelStates } from '../services/telemetry/index.ts';
import type { Services } from './services.ts';

interface OpenModels {
  gateway: ModelGateway;
  /** Whether the built-in demo model answers, which says that it is one: none is configured. */
  demo: boolean;
  close(): Promise<void>;
}

/**
 * The one gateway of a process to the configured models, watched until it is closed. `mayDemo`: where none is configured
 * a demo model takes their place.
 */
export async function openModels(
  { settings, egress, logger, metrics }: Services,
  mayDemo: boolean,
): Promise<OpenModels> {
  const configured = settings.config.models;
  const demo = mayDemo && configured.length === 0 ? await startDemoModel() : undefined;
  const models = demo ? [demoConfig(demo.endpoint)] : configured;
  const gateway = createModelGateway({ models, fetch: egress.trustedFetch, logger, metrics });
  addModelStates(metrics, () => gateway.status());
  gateway.watch();
  return {
    gateway,
    demo: demo !== undefined,
    async close() {
      gateway.close();
      await demo?.close();
    },
  };
}

function demoConfig(endpoint: string): ModelConfig {
  return modelConfig.parse({ id: 'demo', endpoint, model: 'demo' });
}
