import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { reportWouldRoll } from '../../src/admission/would-roll-event.ts';
import { unmanaged } from '../../src/in-step/assess.ts';
import { NO_MARKS } from '../../src/marks/marks.ts';
import type { Decision } from '../../src/policy/decision.ts';
import { deployment, viewOf } from '../kit/deployments.ts';
import { reviewDeps } from '../kit/reviews.ts';

const of = deployment({});
const workload = viewOf({ ...of, metadata: { ...of.metadata, uid: 'u' } });
const ROLLS: Decision = { action: 'write', reason: 'drifted', marks: NO_MARKS, moved: ['configmap/app'] };

async function report(decision: Decision, { dryRun = false, observed = true, idle = false } = {}) {
  const { deps, told } = reviewDeps({ workloads: [workload] });
  const { signal } = new AbortController();
  const call = { operation: 'update', workload, before: workload, pinNamespace: false, signal } as const;
  const assessment = { ...unmanaged(deps, call), decision, idle };
  reportWouldRoll(deps, workload, { assessment, copyWarnings: [], observed }, dryRun);
  await setImmediate();
  return told;
}

test('an Event about the workload says what would roll, and why it does not', async () => {
  expect(await report(ROLLS)).toEqual([
    'shop/web: configmap/app changed: all pods of deployment/web would roll. ' +
      'lockstep only observes in this namespace (lockstep.dev/mode).',
  ]);
});

test('nothing is told on a dry run, of a rollout that starts, and where no pod would restart', async () => {
  expect(await report(ROLLS, { dryRun: true })).toEqual([]);
  expect(await report(ROLLS, { observed: false })).toEqual([]);
  expect(await report(ROLLS, { idle: true })).toEqual([]);
  expect(await report({ action: 'write', reason: 'created', marks: NO_MARKS, moved: [] })).toEqual([]);
  expect(await report({ action: 'leave', reason: 'in-step' })).toEqual([]);
});
