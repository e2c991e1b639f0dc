import { describe, expect, test } from 'vitest';
import { unmanaged } from '../../src/in-step/assess.ts';
import type { Assessment } from '../../src/in-step/assessment.ts';
import { toldOf } from '../../src/in-step/told.ts';
import { type Marks, NO_MARKS } from '../../src/marks/marks.ts';
import type { Decision } from '../../src/policy/decision.ts';
import { deployment, viewOf } from '../kit/deployments.ts';
import { reviewDeps } from '../kit/reviews.ts';

const workload = viewOf(deployment({}));
const held = viewOf(deployment({ annotations: { 'lockstep.dev/held': 'v1-a {}' } }));
const MARKS: Marks = { ...NO_MARKS, hash: 'v1-new' };
const write = (reason: Extract<Decision, { action: 'write' }>['reason'], more: object = {}): Decision => ({
  action: 'write',
  reason,
  marks: MARKS,
  moved: ['configmap/app'],
  ...more,
});

function told(decision: Decision, changes: Partial<Assessment> = {}, before = workload, observed = false) {
  const { deps } = reviewDeps({});
  const { signal } = new AbortController();
  const call = { operation: 'scale', workload, before: workload, pinNamespace: false, signal } as const;
  const assessment = { ...unmanaged(deps, call), decision, ...changes };
  return toldOf({ assessment, observed }, before).map(({ what, text }) => `${what}: ${text}`);
}

describe('it is told', () => {
  test('that a workload rolls, because of which sources', () => {
    expect(told(write('drifted'))).toEqual([
      'rolled: configmap/app changed: all pods of deployment/web roll',
    ]);
    expect(told(write('not-recorded'))).toEqual([
      'rolled: pods of deployment/web may hold different versions of configmap/app: all roll once',
    ]);
  });

  test('that a hold begins, and why it ends', () => {
    expect(told(write('undo-held', { marks: { ...MARKS, held: 'x' } }))).toEqual([
      expect.stringMatching(/^held: deployment\/web is back at its earlier configuration/),
    ]);
    const ended = 'hold-ended: deployment/web is no longer held at earlier configuration: ';
    expect(told(write('drifted'), {}, held)).toEqual([
      expect.stringMatching(/^rolled: /),
      `${ended}configmap/app changed`,
    ]);
    expect(told(write('template-changed', { endsHold: true }), {}, held)).toEqual([
      `${ended}its template changed`,
    ]);
    expect(told({ action: 'record', reason: 'released', marks: MARKS }, {}, held)).toEqual([
      `${ended}its sources hold again what its pods hold`,
    ]);
  });

  test('that a workload does not roll by this call, or cannot', () => {
    expect(told({ action: 'leave', reason: 'roll-on', waiting: ['configmap/app'] })).toEqual([
      expect.stringMatching(/^waits: configmap\/app changed; deployment\/web does not roll on this/),
    ]);
    const lacking = [{ id: 'configmap/app', keys: [] }];
    expect(told({ action: 'leave', reason: 'source-gone', lacking })).toEqual([
      expect.stringMatching(/^not-rolled: configmap\/app is missing/),
    ]);
  });

  test('that it would roll, where lockstep only observes, and nothing else', () => {
    expect(told(write('drifted'), {}, held, true)).toEqual([
      'would-roll: configmap/app changed: all pods of deployment/web would roll. ' +
        'lockstep only observes in this namespace (lockstep.dev/mode)',
    ]);
    expect(
      told({ action: 'leave', reason: 'roll-on', waiting: ['configmap/app'] }, {}, workload, true),
    ).toEqual([]);
  });
});

test.each<[string, Decision, Partial<Assessment>]>([
  ['it is in step', { action: 'leave', reason: 'in-step' }, {}],
  ['it is not managed', { action: 'leave', reason: 'unmanaged' }, {}],
  ['its user changed the template', write('template-changed'), {}],
  ['it was created', write('created'), {}],
  ['it was only recorded', { action: 'record', reason: 'adopted', marks: MARKS }, {}],
  ['it is held on', { action: 'leave', reason: 'held' }, {}],
  ['it has no pods that would restart', write('drifted'), { idle: true }],
  ['nothing says which source', write('not-recorded', { moved: [] }), {}],
  [
    'another Event tells of the pod of a node',
    { action: 'leave', reason: 'roll-on', waiting: ['configmap/app'] },
    { operation: 'node' },
  ],
])('nothing is told if %s', (_why, decision, changes) => {
  expect(told(decision, changes)).toEqual([]);
});

test('nothing is told of a workload that did not exist before', () => {
  const { deps } = reviewDeps({});
  const { signal } = new AbortController();
  const call = { operation: 'create', workload, before: undefined, pinNamespace: false, signal } as const;
  const assessment = { ...unmanaged(deps, call), decision: write('not-recorded') };
  expect(toldOf({ assessment, observed: false }, undefined)).toEqual([]);
});
