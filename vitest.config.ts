import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/cluster/**', 'test/chart/**', 'test/e2e/**'],
        },
      },
      {
        test: {
          name: 'cluster',
          include: ['test/cluster/**/*.test.ts', 'test/chart/**/*.test.ts', 'test/e2e/**/*.test.ts'],
          globalSetup: ['test/cluster/global-setup.ts'],
          // One control plane and one webhook registration: the files take turns, the tests within one may not.
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
