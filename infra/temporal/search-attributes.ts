import { approvalsAttribute, searchAttributes } from '../../contracts/index.ts';

/** `temporal.api.enums.v1.IndexedValueType`, and what the Temporal command line calls it. */
const keyword = { value: 2, name: 'Keyword' };
const keywordList = { value: 7, name: 'KeywordList' };

const types = [
  { type: keyword, names: Object.values<string>(searchAttributes) },
  { type: keywordList, names: [approvalsAttribute] },
];

/** Every search attribute that Errand's workflows set, with its type on the wire. */
export const searchAttributeTypes: Readonly<Record<string, number>> = Object.fromEntries(
  types.flatMap(({ type, names }) => names.map((name) => [name, type.value])),
);

/** The commands that create them by hand. */
export function createAttributesCommands(namespace: string): string {
  return types
    .map(({ type, names }) => {
      const flags = names.map((name) => `--name ${name}`).join(' ');
      return `temporal operator search-attribute create --namespace ${namespace} --type ${type.name} ${flags}`;
    })
    .join(' && ');
}
