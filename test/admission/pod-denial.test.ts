import { describe, expect, test } from 'vitest';
import { mayDenyPod } from '../../src/admission/pod-denial.ts';
import { WORKLOAD_KINDS } from '../../src/workloads/kinds.ts';

const podOf = (kind: string) => ({
  metadata: {
    labels: { 'controller-revision-hash': 'x' },
    ownerReferences: [{ apiVersion: 'apps/v1', kind, name: 'db', uid: 'u', controller: true }],
  },
});
const LASTING = [
  'copy_lost',
  'copy_unusable',
  'copies_limited',
  'workload_too_large',
  'api_refused',
  'bug',
] as const;

describe('if errors deny', () => {
  test.each(LASTING)('a pod of a StatefulSet is never denied for what somebody must mend: %s', (reason) => {
    expect(mayDenyPod(WORKLOAD_KINDS, podOf('StatefulSet'), reason)).toBe(false);
    expect(mayDenyPod(WORKLOAD_KINDS, podOf('ReplicaSet'), reason)).toBe(true);
    expect(mayDenyPod(WORKLOAD_KINDS, podOf('DaemonSet'), reason)).toBe(true);
  });

  test.each(['api_unreachable', 'deadline_exceeded'] as const)(
    'any pod waits for what passes: %s',
    (reason) => {
      expect(mayDenyPod(WORKLOAD_KINDS, podOf('StatefulSet'), reason)).toBe(true);
    },
  );
});
