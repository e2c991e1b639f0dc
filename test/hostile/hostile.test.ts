import { expect, test } from 'vitest';
import { useCluster } from '../kit/use-cluster.ts';
import { FAMILY_NAMES } from './attack/families.ts';
import { run } from './run.ts';
import { describeTally } from './tally.ts';

const SEED = 20_271;

test('whatever hostile tenants do, each call of a bystander is answered, checked and right, and lockstep writes only what is its own', async () => {
  const tally = await run(useCluster(), {
    ...{
      seed: SEED,
      from: 4,
      cases: 8,
      families: FAMILY_NAMES,
      direct: true,
      policies: false,
      onlyApiServer: false,
    },
    // The deadline is that of a busy machine. `npm run hostile` takes the chart's.
    ...{ deadlineSeconds: 15, graceMs: 1_000, pauseMs: 150 },
    ...{ timeLimitMs: 60_000, shrinkMs: 0 },
  });
  const lines = describeTally(tally, SEED);
  console.log(lines.join('\n'));
  expect(lines).toContain('no fault');
  // If there were few calls, or lockstep were called for few of them, the run would have shown nothing.
  expect(tally.checked).toBeGreaterThan(30);
  expect(tally.tenantCalls).toBeGreaterThan(20);
}, 240_000);
