import { afterAll, beforeAll, expect, it } from 'vitest';
import { type RandomServices, runRandomPrograms, startRandomServices } from '../errand/random-programs.ts';
import { startTestErrand, type TestErrand } from '../errand/start-test-errand.ts';

let services: RandomServices;
let errand: TestErrand;
beforeAll(async () => {
  services = await startRandomServices();
  errand = await startTestErrand({
    models: [services.model.endpoint],
    config: { egress: { allow: ['127.0.0.1'] } },
  });
});
afterAll(async () => {
  await errand.end();
  await services.close();
});

it('random flows with random failures end on the real server as the reference interpreter says', async () => {
  const ends = await runRandomPrograms({
    count: 30,
    seed: 20_261_123,
    atOnce: 6,
    origin: services.service.origin,
    temporal: errand.temporal,
    ended: errand.ended,
  });
  expect(ends.answered).toBeGreaterThan(5);
  expect(ends.failed).toBeGreaterThan(1);
});
