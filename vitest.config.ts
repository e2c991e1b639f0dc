import { defineConfig } from 'vitest/config';
import { PROJECTS, type ProjectName } from './test/kit/projects.ts';

/** What every project has. */
const project = (name: ProjectName) => ({
  name,
  include: [...PROJECTS[name].include],
  // A worker loads what its files share once: half the time of the unit tests. So a module that files share keeps its state.
  isolate: false,
  // How long `expect.poll` waits for what is to come: as with time limits of tests, this is for what never comes.
  expect: { poll: { timeout: 30_000 } },
});

/**
 * As many files at once as say here, each worker on a control plane of its own: one has one registration of lockstep. Two
 * for two cores, since chart, nodes and the rest run beside them.
 */
const onControlPlane = (name: ProjectName, workers: number) => ({
  ...project(name),
  globalSetup: ['test/kit/global-setup.ts'],
  maxWorkers: workers,
  // Vitest wants groups for projects with different numbers of workers.
  sequence: { groupOrder: workers },
  testTimeout: 120_000,
  hookTimeout: 120_000,
});

export default defineConfig({
  test: {
    projects: [
      { test: { ...project('unit'), testTimeout: 30_000 } },
      // To start the program takes a second, or many on a busy machine: this is for what hangs.
      { test: { ...project('program'), testTimeout: 60_000, hookTimeout: 60_000 } },
      // To build an image takes ten seconds, or many on a busy machine.
      { test: { ...project('image'), testTimeout: 300_000, hookTimeout: 300_000 } },
      { test: onControlPlane('control-plane', 2) },
      { test: onControlPlane('histories', 2) },
      { test: onControlPlane('chart', 1) },
      {
        test: {
          ...onControlPlane('nodes', 1),
          globalSetup: ['test/nodes/global-setup.ts'],
          hookTimeout: 180_000,
        },
      },
    ],
  },
});
