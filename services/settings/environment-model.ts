import { type ModelConfig, modelConfig } from '../../contracts/index.ts';
import { addCredentials, problemsOfIssue } from './check-document.ts';
import type { SettingSource } from './settings.ts';
import type { SettingsProblem } from './settings-error.ts';
import { leaves } from './sources.ts';
import type { Variables } from './variables.ts';

const variableOf: Record<string, string> = {
  endpoint: 'MODEL_ENDPOINT',
  apiKey: 'MODEL_API_KEY',
  model: 'MODEL_NAME',
};

/** The model `default` of `MODEL_ENDPOINT`, `MODEL_API_KEY` and `MODEL_NAME`. Servers of one model ignore the name. */
export function environmentModel(
  variables: Variables,
  problems: SettingsProblem[],
): { model: ModelConfig; sources: Map<string, SettingSource> } | undefined {
  const endpoint = variables.get('MODEL_ENDPOINT')?.value;
  const name = variables.get('MODEL_NAME')?.value;
  const apiKey = variables.secrets.get('MODEL_API_KEY');
  if (endpoint === undefined) {
    if (name !== undefined || apiKey !== undefined) {
      problems.push({
        path: 'MODEL_ENDPOINT',
        problem: `it is missing, but ${name === undefined ? 'MODEL_API_KEY' : 'MODEL_NAME'} is set`,
        remedy: "Set it to the endpoint's base address, such as https://host/v1.",
      });
    }
    return undefined;
  }
  const written = {
    endpoint,
    ...(name === undefined ? {} : { model: name }),
    ...(apiKey === undefined ? {} : { apiKey }),
  };
  const result = modelConfig.safeParse({ id: 'default', model: 'default', ...written });
  if (!result.success) {
    const found = result.error.issues.flatMap(problemsOfIssue);
    problems.push(
      ...found.map((problem) => ({ ...problem, path: variableOf[problem.path] ?? problem.path })),
    );
    return undefined;
  }
  addCredentials('MODEL_ENDPOINT', endpoint, problems);
  const sources = new Map<string, SettingSource>();
  for (const [path] of leaves(result.data, '')) {
    sources.set(path, Object.hasOwn(written, path) ? 'environment' : 'default');
  }
  return { model: result.data, sources };
}
