import type { ModelConfig } from '../../contracts/index.ts';
import { isRecord, type Path } from './secret-paths.ts';

interface EffectiveDocument {
  document: Record<string, unknown>;
  /** Where a value of the file is now; undefined when it was left out. */
  pathOf(path: Path): Path | undefined;
}

/**
 * What counts of a valid file: without the accounts that cannot start, and with the environment's model first.
 * That model takes the place of one of the same id as a whole, so that no key is sent to another's endpoint.
 */
export function effectiveDocument(
  file: Record<string, unknown>,
  unusableAccounts: ReadonlySet<string>,
  model: ModelConfig | undefined,
): EffectiveDocument {
  const models = listOf(file.models);
  const channels = listOf(file.channels);
  const kept: Record<string, number[]> = {
    models: indexesWhere(models, ({ id }) => id !== model?.id),
    channels: indexesWhere(channels, ({ id }) => !unusableAccounts.has(String(id))),
  };
  const first = model ? [model] : [];
  return {
    document: {
      ...file,
      models: [...first, ...(kept.models ?? []).map((index) => models[index])],
      channels: (kept.channels ?? []).map((index) => channels[index]),
    },
    pathOf(path) {
      const [list, index, ...rest] = path;
      const indexes = typeof list === 'string' ? kept[list] : undefined;
      if (list === undefined || !indexes || typeof index !== 'number') return path;
      const place = indexes.indexOf(index);
      return place < 0 ? undefined : [list, place + (list === 'models' ? first.length : 0), ...rest];
    },
  };
}

function listOf(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}

function indexesWhere<T>(items: readonly T[], predicate: (item: T) => boolean): number[] {
  return items.flatMap((item, index) => (predicate(item) ? [index] : []));
}
