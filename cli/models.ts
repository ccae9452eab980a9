import type { ModelConfig } from '../contracts/config.ts';
import { modelConfig } from '../contracts/config.ts';
import { startDemoModel } from '../services/models/index.ts';

/** The configured models; where there is none, the built-in demo model, which says that it is one. */
export async function modelsOf(
  configured: ModelConfig[],
): Promise<{ models: ModelConfig[]; demo: boolean; close(): Promise<void> }> {
  if (configured.length > 0) return { models: configured, demo: false, close: async () => {} };
  const demo = await startDemoModel();
  const model = modelConfig.parse({ id: 'demo', endpoint: demo.endpoint, model: 'demo' });
  return { models: [model], demo: true, close: async () => demo.close() };
}
