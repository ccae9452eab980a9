import { afterAll, beforeAll, expect, it } from 'vitest';
import { type ProgramServices, runRandomPrograms, startProgramServices } from '../errand/random/index.ts';
import { startTestErrand, type TestErrand } from '../errand/start-test-errand.ts';

let services: ProgramServices;
let errand: TestErrand;
beforeAll(async () => {
  services = await startProgramServices();
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
    count: 60,
    seed: 20_261_123,
    atOnce: 20,
    origin: services.service.origin,
    temporal: errand.temporal,
    api: errand.api,
    disturbed: false,
  });
  expect(ends.answered).toBeGreaterThan(30);
  expect(ends.failed).toBeGreaterThan(3);
});
