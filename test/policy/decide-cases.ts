import { type ConfigState, configState, v1 } from '../../src/digest/format.ts';
import { marksOfState, NO_MARKS } from '../../src/marks/marks.ts';
import type { Adoption, Facts } from '../../src/policy/decision.ts';
import { A, ABSENT, B, NONE, base as pinnedBase } from './pinned-facts.ts';

const state = (digest: string): ConfigState => configState(new Map([['configmap/app', digest]]), v1());
export const UNKNOWN: ConfigState = { hash: `v9-${'0'.repeat(64)}`, sources: {} };

export const base: Facts = {
  ...pinnedBase,
  pin: undefined,
  marks: marksOfState(A),
  marksBefore: marksOfState(A),
};
export const same: Adoption = { verdict: 'same', baseline: '{"baseline":true}' };
/** The same, since there is no pod. */
export const podless: Adoption = { ...same, withoutPods: true };
export const unrecorded = { marks: NO_MARKS, marksBefore: NO_MARKS, recorded: undefined };
export const accepted: Adoption = {
  verdict: 'may-differ',
  source: 'configmap/app',
  baseline: '{"baseline":true}',
};
/** The request adds marks to a template without any. */
const added: Partial<Facts> = { marks: marksOfState(A), marksBefore: NO_MARKS, recorded: undefined };
export const differ: Adoption = { verdict: 'may-differ', source: 'configmap/more' };
export const recordedAs = (recorded: ConfigState) => ({
  recorded,
  marks: marksOfState(recorded),
  marksBefore: marksOfState(recorded),
});
export const AB: ConfigState = configState(
  new Map([
    ['configmap/app', 'a'.repeat(64)],
    ['configmap/more', 'b'.repeat(64)],
  ]),
  v1(),
);
export const both = (app: string, more: string) =>
  configState(
    new Map([
      ['configmap/app', app],
      ['configmap/more', more],
    ]),
    v1(),
  );
const A_AND_C = both('a'.repeat(64), 'c'.repeat(64));
const ABSENT_AND_B = both('absent', 'b'.repeat(64));
const ABSENT_AND_C = both('absent', 'c'.repeat(64));
const secret = (digest: string) => configState(new Map([['secret/db', digest]]), v1());
export const keyLost: Partial<Facts> = {
  ...recordedAs(secret(`00000000-${'a'.repeat(64)}`)),
  recordedFormat: 'unknown-key',
  live: secret(`11111111-${'a'.repeat(64)}`),
  liveAsRecorded: secret(`11111111-${'a'.repeat(64)}`),
};

const gone = { 'configmap/app': { what: 'source' } } as const;
const keyGone = { 'configmap/app': { what: 'keys', keys: ['a'], counted: true } } as const;

/** Every outcome that the type allows, with the facts, and what history tells about them. */
export const CASES: [string, Partial<Facts>, Adoption?][] = [
  ['leave no-references', { live: NONE, ...unrecorded }],
  ['leave in-step', {}],
  ['leave in-step', { operation: 'scale' }],
  [
    'leave in-step',
    { operation: 'create', marksBefore: NO_MARKS, recorded: undefined, templateChanged: true },
  ],
  ['write created', { operation: 'create', ...unrecorded, templateChanged: true }],
  ['write template-changed', { templateChanged: true, live: B }],
  ['write not-recorded', { ...added, marks: marksOfState(B) }, differ],
  ['record adopted', { ...added, marks: marksOfState(B) }, same],
  ['record adopted', { ...added, marks: marksOfState(B), bringer: 'manifest' }, same],
  ['record adopted', { ...added, bringer: 'earlier-turn' }, same],
  ['leave template-changed', { ...added, bringer: 'manifest' }],
  ['leave template-changed', { ...added }],
  ['leave template-changed', { templateChanged: true }],
  ['write references-gone', { templateChanged: true, live: NONE }],
  ['write annotations-restored', { marks: NO_MARKS }],
  ['leave older-format', { live: B, liveAsRecorded: A }],
  [
    'leave unknown-format',
    {
      recorded: UNKNOWN,
      recordedFormat: 'unknown-version',
      marks: marksOfState(UNKNOWN),
      marksBefore: marksOfState(UNKNOWN),
    },
  ],
  ['write drifted', { live: B, liveAsRecorded: B }],
  ['write drifted', { live: B, liveAsRecorded: B, operation: 'scale' }],
  [
    'write undo',
    { marks: marksOfState(A), marksBefore: marksOfState(B), recorded: B, live: state('c'.repeat(64)) },
  ],
  ['write undo-no-op', { marks: marksOfState(A), marksBefore: marksOfState(B), recorded: B, live: B }],
  [
    'write not-recorded',
    { ...unrecorded, operation: 'scale' },
    { verdict: 'may-differ', source: 'configmap/app' },
  ],
  ['record adopted', { ...unrecorded, operation: 'scale' }, same],
  ['record in-doubt', { ...unrecorded, operation: 'scale' }, accepted],
  ['record in-doubt', { ...unrecorded, mayRoll: false }, accepted],
  ['record in-doubt', { ...keyLost }, accepted],
  // A create that adopts a revision.
  ['record adopted', { ...unrecorded, operation: 'create' }, same],
  ['write drifted', { operation: 'create', live: B, liveAsRecorded: B, marks: NO_MARKS }],
  ['write annotations-restored', { operation: 'create', marks: NO_MARKS }],
  [
    'record appeared',
    { recorded: ABSENT, marks: marksOfState(ABSENT), marksBefore: marksOfState(ABSENT) },
    same,
  ],
  ['leave narrowed', { ...recordedAs(AB) }],
  ['record rescoped', { live: AB, liveAsRecorded: A }, same],
  ['write not-recorded', { live: AB, liveAsRecorded: A }, differ],
  ['record rescoped', { live: B, rescoped: { 'configmap/app': 'other' } }, same],
  ['record rescoped', { live: B, rescoped: { 'configmap/app': 'less' } }],
  ['record rescoped', { live: B, liveAsRecorded: B, rescoped: { 'configmap/app': 'unknown' } }, same],
  ['write not-recorded', { live: B, liveAsRecorded: B, rescoped: { 'configmap/app': 'unknown' } }, differ],
  ['leave roll-on', { live: B, liveAsRecorded: B, mayRoll: false }],
  [
    'leave roll-on',
    { live: B, liveAsRecorded: B, mayRoll: false, stage: 'rollout-under-way', operation: 'node' },
  ],
  ['leave rollout-under-way', { live: B, liveAsRecorded: B, stage: 'rollout-under-way', operation: 'node' }],
  ['leave in-step', { stage: 'rollout-under-way', operation: 'node' }],
  ['write drifted', { live: B, liveAsRecorded: B, operation: 'node' }],
  ['write drifted', { live: B, liveAsRecorded: B, mayRoll: false, idle: true }],
  ['write template-changed', { live: B, templateChanged: true, mayRoll: false }],
  ['write annotations-restored', { live: B, liveAsRecorded: B, mayRoll: false, marks: NO_MARKS }],
  // Pods need what is missing now, and may have it.
  ['leave rollout-aborted', { live: B, liveAsRecorded: B, operation: 'scale', stage: 'rollout-aborted' }],
  ['leave rollout-under-way', { live: B, liveAsRecorded: B, operation: 'scale', stage: 'rollout-under-way' }],
  ['write drifted', { live: B, liveAsRecorded: B, stage: 'rollout-aborted', idle: true }],
  ['leave source-gone', { live: ABSENT, liveAsRecorded: ABSENT, lacks: gone }],
  ['leave source-gone', { live: ABSENT, liveAsRecorded: ABSENT, lacks: gone, operation: 'scale' }],
  ['leave source-gone', { live: ABSENT, liveAsRecorded: ABSENT, lacks: gone, mayRoll: false }],
  ['leave source-gone', { live: B, liveAsRecorded: B, lacks: keyGone }],
  ['leave source-gone', { ...keyLost, live: secret('absent'), lacks: { 'secret/db': { what: 'source' } } }],
  ['leave source-gone', { ...unrecorded, live: ABSENT, lacks: gone }, same],
  [
    'leave source-gone',
    { live: AB, liveAsRecorded: A, lacks: { 'configmap/more': keyGone['configmap/app'] } },
  ],
  [
    'leave source-gone',
    { live: B, liveAsRecorded: A, rescoped: { 'configmap/app': 'other' }, lacks: keyGone },
    same,
  ],
  ['leave source-gone', { ...recordedAs(AB), live: ABSENT_AND_C, liveAsRecorded: ABSENT_AND_C, lacks: gone }],
  ['write annotations-restored', { live: ABSENT, liveAsRecorded: ABSENT, lacks: gone, marks: NO_MARKS }],
  [
    'write undo-no-op',
    {
      marks: marksOfState(A),
      marksBefore: marksOfState(B),
      recorded: B,
      live: ABSENT,
      liveAsRecorded: ABSENT,
      lacks: gone,
    },
  ],
  // No pods, a new template, pods that lacked it before, or pods that start without it.
  ['write drifted', { live: ABSENT, liveAsRecorded: ABSENT, lacks: gone, idle: true }],
  ['write template-changed', { live: ABSENT, lacks: gone, templateChanged: true }],
  ['leave in-step', { ...recordedAs(ABSENT), live: ABSENT, liveAsRecorded: ABSENT, lacks: gone }],
  [
    'write drifted',
    {
      ...recordedAs(ABSENT_AND_B),
      live: ABSENT_AND_C,
      liveAsRecorded: ABSENT_AND_C,
      lacks: gone,
    },
  ],
  ['write drifted', { ...recordedAs(AB), live: A_AND_C, liveAsRecorded: A_AND_C, lacks: keyGone }],
  ['write drifted', { live: ABSENT, liveAsRecorded: ABSENT, required: [] }],
  // A key that does not count may have been there.
  [
    'leave source-gone',
    {
      ...recordedAs(AB),
      live: A_AND_C,
      liveAsRecorded: A_AND_C,
      lacks: { 'configmap/app': { ...keyGone['configmap/app'], counted: false } },
    },
  ],
  ['record rescoped', { ...keyLost }, same],
  ['write not-recorded', { ...keyLost }, differ],
  ['write drifted', { ...keyLost, live: secret('absent') }, same],
  [
    'write drifted',
    { ...recordedAs({ ...A, hash: B.hash }), live: state('c'.repeat(64)), liveAsRecorded: A },
  ],
];
