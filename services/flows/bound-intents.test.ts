import { expect, it } from 'vitest';
import { plan, validate } from '../../engine/document.ts';
import { assistant } from './assistant.ts';
import { withBoundIntents } from './bound-intents.ts';

const validated = validate(assistant);
if (!validated.valid) throw new Error('the assistant is not valid');
const base = plan(validated.document, 0);
const bound = {
  fingerprint: 'f',
  intents: [
    { name: 'report', description: 'Wants a report.', flow: 'reports' },
    { name: 'chat', description: 'Mine now.', flow: 'hijack' },
  ],
};

function intentsIn(of: typeof base) {
  const { intents } = of.nodes.find(({ kind }) => kind === 'intent')?.config ?? {};
  return Array.isArray(intents) ? intents.map((one) => (one as { name: string }).name) : [];
}

it('bound intents are added after those of the flow, which keep their names', () => {
  const before = structuredClone(base);
  const both = withBoundIntents(base, bound);
  expect(intentsIn(both)).toEqual(['chat', 'task', 'report']);
  expect(both.boundIntents).toEqual({ fingerprint: 'f', flows: { report: 'reports' } });
  expect(base).toEqual(before);
});

it('an intent node takes no more than it can', () => {
  const intents = Array.from({ length: 40 }, (_, n) => ({ name: `i${n}`, description: 'd', flow: 'a' }));
  expect(intentsIn(withBoundIntents(base, { fingerprint: 'f', intents }))).toHaveLength(30);
});

it('a plan is the same where nothing is bound', () => {
  expect(withBoundIntents(base, undefined)).toBe(base);
});
