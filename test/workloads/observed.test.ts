import { expect, test } from 'vitest';
import { isObserved } from '../../src/workloads/observed.ts';

test('a spec is observed once the generation in the status is the present one', () => {
  const metadata = { generation: 2 };
  expect(isObserved({ metadata, status: { observedGeneration: 2 } })).toBe(true);
  expect(isObserved({ metadata, status: { observedGeneration: 1 } })).toBe(false);
  expect(isObserved({ metadata })).toBe(false);
  expect(isObserved({ metadata: {} })).toBe(true);
});

test('Argo Rollouts writes it as text', () => {
  expect(isObserved({ metadata: { generation: 12 }, status: { observedGeneration: '12' } })).toBe(true);
  expect(isObserved({ metadata: { generation: 12 }, status: { observedGeneration: '9' } })).toBe(false);
});
