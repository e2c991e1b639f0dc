import { expect, test } from 'vitest';
import { openLeadership } from '../../src/background/leader.ts';
import type { Lease, LeaseSpec } from '../../src/background/lease.ts';
import { createLog } from '../../src/telemetry/log.ts';

/**
 * A Lease in memory, with writes that are conditional on its version as in the API server. `broken`: it
 * cannot be read.
 */
function leaseInMemory() {
  let version = 1;
  let spec: LeaseSpec = {};
  const state = { broken: false, reads: 0, spec: () => spec };
  const lease: Lease = {
    async read() {
      state.reads += 1;
      if (state.broken) throw new Error('no answer');
      return { spec, resourceVersion: String(version) };
    },
    async write({ resourceVersion }, change) {
      if (resourceVersion !== String(version)) return 'conflict';
      version += 1;
      spec = { ...spec, ...change };
      return 'written';
    },
  };
  return { lease, state };
}

function telemetry() {
  const lines: string[] = [];
  let errors = 0;
  return {
    lines,
    errors: () => errors,
    log: createLog('debug', { write: (line: string) => void lines.push(line) }),
    metrics: {
      countLeaseError() {
        errors += 1;
      },
    },
    reasonOf: (error: unknown) => `because ${error instanceof Error ? error.message : error}`,
  };
}

test('one of two candidates for a Lease leads, and releases the Lease when it ends', async () => {
  const { lease, state } = leaseInMemory();
  const [told, otherTold] = [telemetry(), telemetry()];
  const first = openLeadership(lease, told);
  await expect.poll(() => first.leads()).toBe(true);
  expect(told.lines.join()).toContain('"msg":"became leader"');
  const holder = state.spec().holderIdentity;
  const second = openLeadership(lease, otherTold);
  await expect.poll(() => state.reads).toBe(2);
  await second.close();
  expect(second.leads()).toBe(false);
  expect(state.spec().holderIdentity).toBe(holder);
  await first.close();
  expect(first.leads()).toBe(false);
  expect(state.spec().holderIdentity).toBeNull();
  expect(otherTold.errors() + told.errors()).toBe(0);
});

test('a Lease that cannot be read is counted and logged, and no candidate leads', async () => {
  const { lease, state } = leaseInMemory();
  state.broken = true;
  const told = telemetry();
  const leadership = openLeadership(lease, told);
  await expect.poll(told.errors).toBe(1);
  expect(leadership.leads()).toBe(false);
  expect(told.lines.join()).toContain('could not renew or take the Lease: because no answer');
  await leadership.close();
});
