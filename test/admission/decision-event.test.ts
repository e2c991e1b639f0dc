import { setImmediate } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { reportDecision } from '../../src/admission/decision-event.ts';
import { unmanaged } from '../../src/in-step/assess.ts';
import { type Marks, NO_MARKS } from '../../src/marks/marks.ts';
import type { Decision } from '../../src/policy/decision.ts';
import type { EventRecorder } from '../../src/telemetry/event-recorder.ts';
import { deployment, viewOf } from '../kit/deployments.ts';
import { type FoundByReview, reviewDeps } from '../kit/reviews.ts';

const MARKS: Marks = { ...NO_MARKS, hash: 'v1-new' };
const ROLLS: Decision = { action: 'write', reason: 'drifted', marks: MARKS, moved: ['configmap/app'] };

/** The workload `web` with this config hash on its template. */
function webWith(hash: string, labels: Record<string, string> = {}, uid = 'u') {
  const of = deployment({ template: { 'lockstep.dev/config-hash': hash }, labels });
  return viewOf({ ...of, metadata: { ...of.metadata, uid, generation: 7 } });
}
const before = webWith('v1-old');

interface Options {
  readonly dryRun?: boolean;
  readonly observed?: boolean;
  readonly isWritten?: boolean;
  readonly idle?: boolean;
  readonly isNew?: boolean;
}

/** What is recorded, and how long nobody looked first. */
async function report(decision: Decision, found: FoundByReview = {}, options: Options = {}) {
  const { dryRun = false, observed = false, isWritten = false, idle = false, isNew = false } = options;
  const recorded: Parameters<EventRecorder['record']>[] = [];
  const waits: number[] = [];
  const { deps, asked } = reviewDeps({ workloads: [webWith('v1-new')], ...found });
  const events: EventRecorder = {
    record: async (...args) => void recorded.push(args),
    later(_place, job, afterMs = 0) {
      waits.push(afterMs);
      void job(new AbortController().signal);
    },
  };
  const { signal } = new AbortController();
  const call = { operation: 'scale', workload: before, before, pinNamespace: false, signal } as const;
  const assessment = { ...unmanaged(deps, call), decision, idle };
  const caller = { user: 'alice', does: 'scaling deployment/web from 2 to 5' };
  const prepared = { assessment, copyWarnings: [], observed };
  const ofCall = { before: isNew ? undefined : before, prepared, caller, dryRun, isWritten };
  reportDecision({ ...deps, events }, ofCall);
  await setImmediate();
  return { recorded, waits, asked };
}

/** `Rolled: ...`, for each Event. */
const said = ({ recorded }: Awaited<ReturnType<typeof report>>) =>
  recorded.map(([reason, , message]) => `${reason}: ${message}`);

test('an Event says which source has rolled the workload, and by whose call', async () => {
  const told = await report(ROLLS);
  expect(said(told)).toEqual([
    'Rolled: configmap/app changed: all pods of deployment/web roll (by alice scaling deployment/web from 2 to 5).',
  ]);
  const [, about, , , details] = told.recorded[0] ?? [];
  expect(about).toMatchObject({ kind: 'Deployment', namespace: 'shop', name: 'web', uid: 'u' });
  expect(details).toMatchObject({
    related: { kind: 'ConfigMap', name: 'app' },
    facts: { 'lockstep.dev/call': 'scale', 'lockstep.dev/caller': 'alice' },
  });
  // The API server has yet to store it.
  expect(told.waits).toEqual([2_000]);
});

test('what lockstep has written itself is told at once, though the workload has another hash by now', async () => {
  const told = await report(ROLLS, { workloads: [webWith('v1-later')] }, { isWritten: true });
  expect(said(told)).toHaveLength(1);
  expect(told.waits).toEqual([0]);
});

test('an Event about the workload says what would roll, and why it does not', async () => {
  expect(said(await report(ROLLS, { workloads: [before] }, { observed: true }))).toEqual([
    'WouldRoll: configmap/app changed: all pods of deployment/web would roll. lockstep only observes in this ' +
      'namespace (lockstep.dev/mode) (by alice scaling deployment/web from 2 to 5).',
  ]);
});

describe('one Event for each occasion:', () => {
  const occasionOf = async (decision: Decision) => (await report(decision)).recorded[0]?.[1].occasion;

  test('a rollout is one of its generation', async () => {
    expect(await occasionOf(ROLLS)).toMatch(/ 7$/);
  });

  test('a wait is one of its sources, however often somebody scales', async () => {
    const waits = { action: 'leave', reason: 'roll-on', waiting: ['configmap/app'] } as const;
    expect(await occasionOf(waits)).toBe('configmap/app ');
  });
});

describe('nothing is recorded', () => {
  test.each<[string, Options]>([
    ['on a dry run', { dryRun: true }],
    ['of a workload that is created', { isNew: true }],
    ['where no pod restarts', { idle: true }],
  ])('%s, and nothing is read', async (_what, options) => {
    expect(await report(ROLLS, {}, options)).toMatchObject({ recorded: [], waits: [], asked: [] });
  });

  test('of a workload in step, and nothing is read', async () => {
    const inStep = await report({ action: 'leave', reason: 'in-step' });
    expect(inStep).toMatchObject({ recorded: [], waits: [], asked: [] });
  });

  test.each<[string, FoundByReview]>([
    ['does not exist', { workloads: [undefined] }],
    ['is another one of this name', { workloads: [webWith('v1-new', {}, 'other')] }],
    ['was not stored like that', { workloads: [before] }],
    ['is switched off', { workloads: [webWith('v1-new', { 'lockstep.dev/inject': 'disabled' })] }],
    ['is in a namespace that is switched off', { namespaceLabels: { 'lockstep.dev/inject': 'disabled' } }],
  ])('if the workload of the review %s', async (_why, found) => {
    expect(said(await report(ROLLS, found))).toEqual([]);
  });
});
