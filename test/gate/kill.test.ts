import { expect, inject, it } from 'vitest';
import { killAnything } from '../errand/kill-anything.ts';

it('loses nothing and answers nothing twice when API, worker and Temporal server are killed', async () => {
  const { temporal } = inject('binaries');
  const moments = [0.2, 0.5, 0.8];
  const result = await killAnything({
    temporalBinary: temporal,
    seconds: 15,
    perSecond: 4,
    conversations: 8,
    random: () => moments.shift() ?? 0.5,
  });
  expect(result.accepted).toBeGreaterThan(15);
}, 240_000);
