import { expect, test } from 'vitest';
import { createMetrics } from '../../src/telemetry/metrics.ts';
import type { WorkloadCounts } from '../../src/telemetry/workload-metrics.ts';

/** The series of both formats, which must be the same. */
async function series({ registry, exact }: ReturnType<typeof createMetrics>): Promise<readonly string[]> {
  const [plain, open] = await Promise.all(
    [registry, exact].map(async (each) =>
      (await each.metrics()).split('\n').filter((line) => /^lockstep_(workloads|longest_drift)/.test(line)),
    ),
  );
  expect(open).toEqual(plain);
  return plain ?? [];
}

test('a replica shows how workloads stand while it counts them, and nothing afterwards', async () => {
  const metrics = createMetrics();
  expect(await series(metrics)).toEqual([]);
  let counts: WorkloadCounts | undefined = {
    states: [{ kind: 'Deployment', state: 'drifted', count: 2 }],
    drifts: [{ kind: 'Deployment', seconds: 1.5 }],
  };
  metrics.readWorkloads(() => counts);
  expect(await series(metrics)).toEqual([
    'lockstep_workloads{kind="Deployment",state="drifted"} 2',
    'lockstep_longest_drift_seconds{kind="Deployment"} 1.5',
  ]);
  counts = undefined;
  expect(await series(metrics)).toEqual([]);
});
