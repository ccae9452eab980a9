import { expect, inject, it } from 'vitest';
import { killAnything } from '../errand/kill-anything.ts';

it('survives a minute of 5 messages/s over 20 conversations with one kill of each process at a random moment', async () => {
  const result = await killAnything({
    temporalBinary: inject('binaries').temporal,
    seconds: 60,
    perSecond: 5,
    conversations: 20,
    random: Math.random,
  });
  console.log(result);
  expect(result.accepted).toBeGreaterThan(150);
});
