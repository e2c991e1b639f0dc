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
export const unrecorded = { marks: NO_MARKS, marksBefore: NO_MARKS, recorded: undefined };
export const accepted: Adoption = {
  verdict: 'may-differ',
  source: 'configmap/app',
  baseline: '{"baseline":true}',
};
/** The request adds marks to a template without any. */
const added: Partial<Facts> = { marks: marksOfState(A), marksBefore: NO_MARKS, recorded: undefined };
export const differ: Adoption = { verdict: 'may-differ', source: 'configmap/more' };
const recordedAs = (recorded: ConfigState) => ({
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
const secret = (digest: string) => configState(new Map([['secret/db', digest]]), v1());
export const keyLost: Partial<Facts> = {
  ...recordedAs(secret(`00000000-${'a'.repeat(64)}`)),
  recordedFormat: 'unknown-key',
  live: secret(`11111111-${'a'.repeat(64)}`),
  liveAsRecorded: secret(`11111111-${'a'.repeat(64)}`),
};

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
  ['write drifted', { live: B, liveAsRecorded: B, mayRoll: false, idle: true }],
  ['write template-changed', { live: B, templateChanged: true, mayRoll: false }],
  ['write annotations-restored', { live: B, liveAsRecorded: B, mayRoll: false, marks: NO_MARKS }],
  ['record rescoped', { ...keyLost }, same],
  ['write not-recorded', { ...keyLost }, differ],
  ['write drifted', { ...keyLost, live: secret('absent') }, same],
  [
    'write drifted',
    { ...recordedAs({ ...A, hash: B.hash }), live: state('c'.repeat(64)), liveAsRecorded: A },
  ],
];
