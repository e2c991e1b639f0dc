import { expect, test } from 'vitest';
import { isReady } from '../../src/workloads/ready-pod.ts';

const ready = (status: string) => ({
  conditions: [
    { type: 'ContainersReady', status: 'True' },
    { type: 'Ready', status },
  ],
});

test('a pod is ready by its condition, unless it is deleted', () => {
  expect(isReady({ metadata: {}, status: ready('True') })).toBe(true);
  expect(isReady({ metadata: {}, status: ready('False') })).toBe(false);
  expect(isReady({ metadata: {}, status: ready('Unknown') })).toBe(false);
  expect(isReady({ metadata: {}, status: {} })).toBe(false);
  expect(isReady({ metadata: {} })).toBe(false);
  expect(isReady({ metadata: { deletionTimestamp: '2026-01-01T00:00:00Z' }, status: ready('True') })).toBe(
    false,
  );
});
