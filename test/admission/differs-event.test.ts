import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { reportDiffers } from '../../src/admission/differs-event.ts';
import { unmanaged } from '../../src/in-step/assess.ts';
import type { Decision } from '../../src/policy/decision.ts';
import { deployment, viewOf } from '../kit/deployments.ts';
import { type FoundByReview, reviewDeps } from '../kit/reviews.ts';

const of = deployment({});
const workload = viewOf({ ...of, metadata: { ...of.metadata, uid: 'u' } });
const WAITS: Decision = { action: 'leave', reason: 'roll-on', waiting: ['configmap/app'] };

async function report(decision: Decision, dryRun = false, found: FoundByReview = {}) {
  const { deps, told, asked } = reviewDeps({ workloads: [workload], ...found });
  const { signal } = new AbortController();
  const call = { operation: 'node', workload, before: workload, pinNamespace: false, signal } as const;
  reportDiffers(deps, workload, { ...unmanaged(deps, call), decision }, dryRun);
  await setImmediate();
  return { told, asked };
}

test('an Event about the workload says that a pod differs from the others', async () => {
  const { told } = await report(WAITS);
  expect(told).toEqual([
    expect.stringMatching(/^shop\/web: configmap\/app changed\. A new pod starts with that/),
  ]);
});

test('nothing is read or told on a dry run, or if no pod differs', async () => {
  expect(await report(WAITS, true)).toEqual({ told: [], asked: [] });
  expect(await report({ action: 'leave', reason: 'in-step' })).toEqual({ told: [], asked: [] });
});

test('nothing is told where lockstep is switched off', async () => {
  const off = { namespaceLabels: { 'lockstep.dev/inject': 'disabled' } };
  expect((await report(WAITS, false, off)).told).toEqual([]);
});
