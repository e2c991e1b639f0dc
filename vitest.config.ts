import { defineConfig } from 'vitest/config';

// How long `expect.poll` waits for what is to come: as with time limits of tests, this is for what never comes.
const expectation = { poll: { timeout: 30_000 } };

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          expect: expectation,
          include: ['test/**/*.test.ts'],
          exclude: [
            'test/lab/**',
            'test/chart/**',
            'test/promises/**',
            'test/histories/*.test.ts',
            'test/nodes/**',
            'test/image/**',
          ],
          // Some start the program, which takes a second, or many on a busy machine: this is for what hangs.
          testTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'image',
          expect: expectation,
          include: ['test/image/**/*.test.ts'],
          // Building one takes ten seconds, or many on a busy machine.
          testTimeout: 300_000,
          hookTimeout: 300_000,
        },
      },
      {
        test: {
          name: 'cluster',
          expect: expectation,
          include: ['test/lab/**/*.test.ts', 'test/promises/**/*.test.ts', 'test/histories/*.test.ts'],
          globalSetup: ['test/kit/global-setup.ts'],
          // One control plane and one webhook registration: the files take turns, the tests within one may not.
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'chart',
          expect: expectation,
          include: ['test/chart/**/*.test.ts'],
          // A control plane of its own: releases come and go on it.
          globalSetup: ['test/kit/global-setup.ts'],
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'node',
          expect: expectation,
          include: ['test/nodes/**/*.test.ts'],
          globalSetup: ['test/nodes/global-setup.ts'],
          fileParallelism: false,
          // After the others: what is measured here should not wait for their turns of the processor.
          sequence: { groupOrder: 1 },
          testTimeout: 120_000,
          hookTimeout: 180_000,
        },
      },
    ],
  },
});
