import type { z } from 'zod';
import { type Config, config } from '../../contracts/index.ts';
import { parseAllowEntry } from '../egress/index.ts';
import type { SettingsProblem } from './settings-error.ts';

type Issue = z.core.$ZodIssue;

/** Validates a document whose secrets are resolved; adds everything that is wrong with it to `problems`. */
export function checkDocument(document: unknown, problems: SettingsProblem[]): Config | undefined {
  const result = config.safeParse(document);
  if (!result.success) {
    problems.push(...result.error.issues.flatMap(problemsOfIssue));
    return undefined;
  }
  const { models, channels, egress } = result.data;
  addDuplicates('models', models, problems);
  addDuplicates('channels', channels, problems);
  for (const [index, { endpoint }] of models.entries()) {
    if (endpoint !== undefined) addCredentials(`models.${index}.endpoint`, endpoint, problems);
  }
  for (const [index, account] of channels.entries()) {
    for (const [name, value] of Object.entries(account)) {
      if (isAddress(value)) addCredentials(`channels.${index}.${name}`, value, problems);
    }
  }
  for (const [index, entry] of egress.allow.entries()) {
    if (!parseAllowEntry(entry)) {
      problems.push({
        path: `egress.allow.${index}`,
        problem: 'it is no host, address or network',
        remedy: 'Write it as intranet.example, 10.1.2.3 or 10.0.0.0/8.',
      });
    }
  }
  return result.data;
}

/** Names path and rule, never the value: it could be a secret in the wrong place. */
export function problemsOfIssue(issue: Issue): SettingsProblem[] {
  const path = issue.path.join('.') || 'the file';
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      path: [...issue.path, key].join('.'),
      problem: 'there is no such setting',
      remedy: 'Remove it, or correct its spelling.',
    }));
  }
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    const rules = issue.errors.flatMap((errors) => errors.map(({ message }) => ruleOf(message)));
    return [{ path, problem: 'no allowed form fits', remedy: `One of: ${[...new Set(rules)].join('; ')}.` }];
  }
  return [{ path, problem: ruleOf(issue.message), remedy: 'Correct the value.' }];
}

function ruleOf(message: string): string {
  return message.replace(/^Invalid input: /, '').replace(/, received undefined$/, ', but it is missing');
}

function addDuplicates(list: string, items: readonly { id: string }[], problems: SettingsProblem[]): void {
  const firstIndex = new Map<string, number>();
  for (const [index, { id }] of items.entries()) {
    const first = firstIndex.get(id);
    if (first === undefined) firstIndex.set(id, index);
    else {
      problems.push({
        path: `${list}.${index}.id`,
        problem: `"${id}" is also the id of ${list}.${first}`,
        remedy: 'Give each an id of its own.',
      });
    }
  }
}

function isAddress(value: unknown): value is string {
  return typeof value === 'string' && /^(https?|wss?):\/\//.test(value) && URL.canParse(value);
}

/** Adds a problem when an address carries a user name or password. */
export function addCredentials(path: string, text: string, problems: SettingsProblem[]): void {
  const { username, password } = new URL(text);
  if (username === '' && password === '') return;
  problems.push({
    path,
    problem: 'the address carries a user name or password',
    remedy: 'Take them out: addresses are shown in logs.',
  });
}
