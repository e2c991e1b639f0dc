import { expect, test } from 'vitest';
import { cappedWarning } from '../../src/policy/ceiling-warnings.ts';

test('a warning about a cap is not cut, however long the names are', () => {
  const name = 'n'.repeat(253);
  const warning = cappedWarning(`replicaset/${name}`, 2 ** 31 - 1, `deployment/${name}`, 'enforce');
  // The API server cuts at 256 characters, the prefix `lockstep: ` included.
  expect(warning.length).toBeLessThanOrEqual(246);
  expect(warning).toMatch(/lifts the limit$/);
});

test('where lockstep only observes, a warning says what would be kept', () => {
  expect(cappedWarning('replicaset/web-1', 2, 'deployment/web', 'observe')).toBe(
    'stale replicaset/web-1 would keep its 2 replicas: deployment/web has another configuration',
  );
});
