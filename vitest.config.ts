import { defineConfig } from 'vitest/config';

/**
 * `unit`: beside the sources, no servers. `gate`: real servers, part of `npm test`. `long`: too slow for the gate.
 * Two workers: one per core of the machine Errand is made for.
 */
export default defineConfig({
  test: {
    pool: 'forks',
    maxWorkers: 2,
    // Of `expect.poll`: a busy machine is not a failure.
    expect: { poll: { timeout: 10_000 } },
    allowOnly: false,
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['**/*.test.ts'],
          exclude: ['**/node_modules/**', 'dist/**', 'data/**', '.cache/**', 'test/**'],
          testTimeout: 10_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'gate',
          include: ['test/gate/**/*.test.ts'],
          globalSetup: ['test/global-setup.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: {
          // No test of this build: records what later builds replay. `npm run histories`.
          name: 'histories',
          include: ['test/replay/record*.test.ts'],
          globalSetup: ['test/global-setup.ts', 'test/replay/empty-histories.ts'],
          testTimeout: 120_000,
          hookTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'long',
          include: ['test/long/**/*.test.ts'],
          globalSetup: ['test/global-setup.ts'],
          testTimeout: 900_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
